// parley core: the daemon itself, in this process. What starts it in the background calls it like this.
import type { Command } from 'commander'

export function core(program: Command): void {
  program
    .command('core')
    .description('Run the core in this process, until it is stopped.')
    .allowUnknownOption()
    .argument('[options...]', 'as the daemon takes them')
    .action(async () => {
      await import('@openparley/daemon/main' as string)
    })
}
