// What a person may choose, for commands that must not load the schemas.
export const availabilityChoices = [
  'automatic',
  'available',
  'busy',
  'away',
  'do-not-disturb',
  'vacation',
  'offline',
] as const
