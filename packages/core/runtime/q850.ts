// The causes of the telephone network (ITU-T Q.850 §2.2.7) as the contract's errors: gateways and switches of every protocol say them.
import type { ErrorCode } from '@openparley/contract'

/** Undefined: it says nothing of why. */
export function ofQ850(cause: number): ErrorCode | undefined {
  return codes[cause]
}

const codes: Readonly<Record<number, ErrorCode>> = {
  1: 'number-unknown',
  17: 'call-busy',
  18: 'call-unanswered',
  19: 'call-unanswered',
  20: 'call-unreachable',
  21: 'call-declined',
  22: 'number-moved',
  27: 'call-unreachable',
  28: 'number-incomplete',
  34: 'server-overloaded',
  42: 'server-overloaded',
  55: 'call-forbidden',
  57: 'call-forbidden',
  65: 'call-incompatible',
  79: 'call-incompatible',
  88: 'call-incompatible',
}
