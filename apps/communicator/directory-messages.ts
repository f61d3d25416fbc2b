// What is said of people in directories.

export const directoryMessages = {
  heading: 'In the directory',
  found: (count: number): string => (count === 1 ? 'One in the directory' : `${count} in the directory`),
  call: (name: string): string => `Call ${name}:`,
  add: 'Add to contacts',
} as const
