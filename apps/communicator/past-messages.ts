// What the view of the record says.

export const pastMessages = {
  search: 'Find in the history',
  find: 'Find',
  kind: 'Which',
  kinds: {
    all: 'Everything',
    call: 'Calls',
    missed: 'Missed calls',
    message: 'Messages',
    voicemail: 'Voicemail',
    conference: 'Conferences',
  },
  narrow: 'More filters',
  who: 'With: a contact or a number',
  from: 'From',
  to: 'To',
  all: 'Show everything',
  noneSuch: 'Nothing is like that.',
  found: (count: number, isAll: boolean): string =>
    `${count === 1 ? 'One is' : `${count} are`} shown${isAll ? '' : '; there are more'}`,
  export: 'Save as a file',
  exportAs: { csv: 'As a table (CSV)', json: 'As data (JSON)' },
  file: (ending: string): string => `history.${ending}`,
  more: (what: string, time: string): string => `More for ${what}, ${time}`,
  acts: {
    message: 'Write a message',
    with: 'Everything with them',
    forget: 'Delete from the history',
  },
  message: { incoming: 'Wrote', outgoing: 'You wrote' },
  voicemail: 'Voice message',
  conference: 'Conference',
  withContact: (name: string): string => `History with ${name}`,
} as const
