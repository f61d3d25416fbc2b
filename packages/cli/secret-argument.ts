// Secrets that a command is given. A command line is in the process list, for everybody on the machine, and Node cannot take
// anything off it again: the input and the environment of one's own processes are not.

/** All of the input, without the end of its last line. */
export async function standardInput(): Promise<string> {
  let text = ''
  for await (const part of process.stdin.setEncoding('utf8')) text += part
  return text.replace(/\r?\n$/, '')
}

/** Each option as it is, or env:NAME for an environment variable, or - for a line of the input: the first -, the first line. */
export async function secretArguments<N extends string>(
  given: Readonly<Partial<Record<N, string | undefined>>>,
): Promise<Partial<Record<N, string>>> {
  const options = Object.entries(given) as [N, string | undefined][]
  const lines = options.some(([, text]) => text === '-') ? (await standardInput()).split(/\r?\n/) : []
  const read: Partial<Record<N, string>> = {}
  for (const [name, text] of options) {
    if (text === undefined) continue
    const value = text === '-' ? lines.shift() : text.startsWith('env:') ? process.env[text.slice(4)] : text
    if (value === undefined || value === '')
      throw new Error(
        text === '-'
          ? `The input has no line for --${name}.`
          : `There is no environment variable ${text.slice(4)} for --${name}.`,
      )
    read[name] = value
  }
  return read
}
