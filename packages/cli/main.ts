// The parley command. One file a command; what is heavy is loaded by the command that needs it.
import { Command } from 'commander'
import { answer } from './commands/answer.ts'
import { call } from './commands/call.ts'
import { calls } from './commands/calls.ts'
import { chat } from './commands/chat.ts'
import { conference } from './commands/conference.ts'
import { config } from './commands/config.ts'
import { contacts } from './commands/contacts.ts'
import { core } from './commands/core.ts'
import { demo } from './commands/demo.ts'
import { devices } from './commands/devices.ts'
import { dialrules } from './commands/dialrules.ts'
import { directory } from './commands/directory.ts'
import { doctor } from './commands/doctor.ts'
import { history } from './commands/history.ts'
import { lab } from './commands/lab.ts'
import { log } from './commands/log.ts'
import { phones } from './commands/phones.ts'
import { presence } from './commands/presence.ts'
import { replay } from './commands/replay.ts'
import { report } from './commands/report.ts'
import { requirements } from './commands/requirements.ts'
import { restart } from './commands/restart.ts'
import { start } from './commands/start.ts'
import { status } from './commands/status.ts'
import { stop } from './commands/stop.ts'
import { voicemail } from './commands/voicemail.ts'
import { complain } from './print.ts'

const program = new Command('parley')
  .description('An open client services framework: calls, presence, messaging and more for any application.')
  .version('0.1.0')
  .showHelpAfterError()
for (const add of [
  call,
  answer,
  core,
  start,
  stop,
  restart,
  status,
  log,
  config,
  dialrules,
  calls,
  devices,
  phones,
  history,
  presence,
  contacts,
  directory,
  chat,
  voicemail,
  conference,
  doctor,
  report,
  replay,
  requirements,
  lab,
  demo,
])
  add(program)

try {
  await program.parseAsync()
} catch (error) {
  complain(error, process.argv.includes('--json'))
  process.exitCode = 1
}
