// The daemon that runs, if one does; it is never started by looking.
import type { Core } from '@openparley/sdk'

export async function running(): Promise<Core | undefined> {
  const { connect } = await import('@openparley/sdk')
  try {
    return await connect({ application: 'parley', leaves: 'stop', start: false })
  } catch (error) {
    if ((error as { code?: string }).code === 'core-unreachable') return undefined
    throw error
  }
}
