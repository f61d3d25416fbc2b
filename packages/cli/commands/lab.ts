// parley lab: the all-in-one server, until a signal.
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
  program
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
}
