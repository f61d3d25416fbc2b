// What two sides have in common of H.264, by its format parameters (RFC 6184 §8.1, §8.2.2).

/** The format parameters that answer `theirs`, of one who has `ours`; undefined where one of the two could not decode the other. */
export function commonH264(theirs: string | undefined, ours: string | undefined): string | undefined {
  const [a, b] = [readH264(theirs), readH264(ours)]
  // The way of packing must be the same, and so must what a decoder is made of; the level need not.
  if (!a || !b || a.mode !== b.mode || profileOf(a) === undefined || profileOf(a) !== profileOf(b)) return undefined
  const freely = a.asymmetric && b.asymmetric
  const level = freely ? b.level : Math.min(a.level, b.level)
  const id = [a.idc, a.constraints, level].map((each) => each.toString(16).padStart(2, '0')).join('')
  return `${freely ? 'level-asymmetry-allowed=1;' : ''}packetization-mode=${a.mode};profile-level-id=${id}`
}

interface H264 {
  readonly idc: number
  readonly constraints: number
  readonly level: number
  readonly mode: number
  readonly asymmetric: boolean
}

function readH264(parameters = ''): H264 | undefined {
  const all = new Map(
    parameters.split(';').map((each): [string, string] => {
      const [name = '', value = ''] = each.split('=')
      return [name.trim().toLowerCase(), value.trim()]
    }),
  )
  // Baseline at level 1, where nothing is said.
  const id = all.get('profile-level-id') ?? '42000a'
  const mode = Number(all.get('packetization-mode') ?? 0)
  if (!/^[\da-f]{6}$/i.test(id) || ![0, 1, 2].includes(mode)) return undefined
  const [idc, constraints, level] = [0, 2, 4].map((at) => Number.parseInt(id.slice(at, at + 2), 16))
  return {
    idc: idc as number,
    constraints: constraints as number,
    level: level as number,
    mode,
    asymmetric: all.get('level-asymmetry-allowed') === '1',
  }
}

/**
 * Table 5, as far as pages decode it. What Baseline has over its constrained form nobody sends, and many name the former who mean
 * the latter.
 */
function profileOf({ idc, constraints }: H264): 'baseline' | undefined {
  if (idc === 0x42) return 'baseline'
  const isConstrained = (idc === 0x4d && (constraints & 0x80) !== 0) || (idc === 0x58 && (constraints & 0xc0) === 0xc0)
  return isConstrained ? 'baseline' : undefined
}
