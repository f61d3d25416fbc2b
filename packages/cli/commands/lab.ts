// parley lab: the all-in-one server, until a signal; parley lab touch: a hand at one of its desk phones.
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { printJson, printLine } from '../print.ts'
import { untilSignal } from '../signals.ts'

interface LabOptions {
  readonly json?: boolean
  readonly sipPort?: string
  readonly fault: string[]
  readonly listFaults?: boolean
}

export function lab(program: Command): void {
  const command = program
    .command('lab')
    .description('Run a small communications server with two people, to try things on.')
    .option('--sip-port <n>', 'the port for SIP over UDP and TCP; TLS has the next one')
    .option(
      '--fault <name[=value]>',
      'switch on a fault; may be repeated',
      (each: string, all: string[]) => [...all, each],
      [],
    )
    .option('--list-faults', 'list the faults')
    .option('--json', 'one JSON object on the first line')
    .action(async ({ json, sipPort, fault, listFaults: list }: LabOptions) => {
      const { listFaults, readFault, startLab } = await import('@openparley/lab')
      if (list) {
        const faults = listFaults()
        if (json) return printJson(faults)
        for (const { name, value, code } of faults) {
          printLine(`${(value === undefined ? name : `${name}=${value}`).padEnd(28)} ${code ?? 'impairment'}`)
        }
        return
      }
      const port = sipPort === undefined ? undefined : Number(sipPort)
      if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_535))
        throw new Error('--sip-port takes a port number.')
      const leave = untilSignal()
      const running = await startLab({ faults: fault.map(readFault), ...(port === undefined ? {} : { sipPort: port }) })
      const { control, addresses, ca, people, administrator } = running
      if (json) printJson({ control, addresses, ca, people, administrator })
      else {
        printLine(
          `SIP: ${Object.entries(addresses.sip)
            .map(([transport, at]) => `${at} (${transport})`)
            .join(', ')}`,
        )
        for (const [name, at] of Object.entries(addresses)) if (typeof at === 'string') printLine(`${name}: ${at}`)
        for (const person of people) printLine(`${person.name}: ${JSON.stringify(person.settings)}`)
        printLine('Stop with Ctrl-C.')
      }
      await Promise.race([new Promise((resolve) => leave.addEventListener('abort', resolve)), running.stopped])
      await running.close()
    })
  command
    .command('touch <phone> <what> [argument]')
    .description(
      'Touch a desk phone of a lab that runs: answer, dial NUMBER, hold, resume, hang-up, decline, digits DIGITS, transfer [NUMBER], conference, forward-to [NUMBER], do-not-disturb on|off.',
    )
    .option('--control <path>', 'the lab’s control socket; the only one there is unless said')
    .option('--json', 'the phone’s calls afterwards, as JSON')
    .action(async (phone: string, what: string, argument: string | undefined, options: TouchOptions, own: Command) => {
      const { json } = own.optsWithGlobals<TouchOptions>()
      const ask = { ask: 'touch', name: phone, value: what, ...(argument === undefined ? {} : { argument }) }
      const { ok, calls = [], error } = await asked(options.control ?? onlyLab(), ask)
      if (!ok) throw new Error(error ?? 'The lab did not say why.')
      if (json) return printJson({ phone, calls })
      if (calls.length === 0) printLine(`${phone}: no call`)
      for (const { remote, state } of calls) printLine(`${phone}: ${remote} ${state}`)
    })
}

interface TouchOptions {
  readonly control?: string
  readonly json?: boolean
}

interface Touched {
  readonly ok: boolean
  readonly calls?: readonly { readonly remote: string; readonly state: string }[]
  readonly error?: string
}

/** The control socket of the lab that runs here. */
function onlyLab(): string {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('parley-lab-'))
  const [only] = folders
  if (only === undefined || folders.length > 1)
    throw new Error(
      `${folders.length === 0 ? 'No lab runs here' : 'More than one lab runs here'}: name its control socket by --control.`,
    )
  return join(tmpdir(), only, 'control.sock')
}

/** One line goes out, one comes back. */
function asked(path: string, ask: object): Promise<Touched> {
  return new Promise((resolve, reject) => {
    let held = ''
    const socket = connect(path)
    socket.setTimeout(5000, () => socket.destroy(new Error('The lab did not answer.')))
    socket.setEncoding('utf8')
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('The lab closed the connection.')))
    socket.on('data', (text: string) => {
      held += text
      const at = held.indexOf('\n')
      if (at < 0) return
      resolve(JSON.parse(held.slice(0, at)) as Touched)
      socket.destroy()
    })
    socket.write(`${JSON.stringify(ask)}\n`)
  })
}
