// Who this page acts for: the one-time code in its address, or what this tab was given for an earlier one.
import { exchangeCode, type ParleyError } from '@openparley/sdk/browser'

/** What the page is let in with. */
export interface Pass {
  readonly token: string
  readonly application: string
}

export type SignIn =
  | { readonly is: 'in'; readonly pass: Pass }
  | { readonly is: 'out'; readonly why: ParleyError | undefined }

/** An address that was opened twice: the tab may still have what the first gave. */
export async function signIn(): Promise<SignIn> {
  try {
    const given = await exchangeCode()
    if (given) {
      const pass = { token: given.token, application: given.application }
      sessionStorage.setItem(place, JSON.stringify(pass))
      return { is: 'in', pass }
    }
  } catch (thrown) {
    const pass = kept()
    return pass ? { is: 'in', pass } : { is: 'out', why: thrown as ParleyError }
  }
  const pass = kept()
  return pass ? { is: 'in', pass } : { is: 'out', why: undefined }
}

export function forget(): void {
  sessionStorage.removeItem(place)
}

function kept(): Pass | undefined {
  try {
    const pass = JSON.parse(sessionStorage.getItem(place) ?? 'null') as Partial<Pass> | null
    return typeof pass?.token === 'string' && typeof pass.application === 'string' ? (pass as Pass) : undefined
  } catch {
    return undefined
  }
}

const place = 'parley-communicator'
