// What somebody sees at a meeting's address: who is there, and a way out. No sound and no pictures.
import { escapeXml } from '@openparley/protocols/common'
import type { Attendee, Meeting } from './meetings.ts'

export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
  // The address lets in whoever has it.
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const

export function page({ name, attendees }: Meeting, { token, ...self }: Attendee): string {
  const rows = attendees.map(
    (each) => `<li>${escapeXml(each.name)}${each.isHost ? ' (host)' : ''}${each.token === token ? ' (you)' : ''}</li>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeXml(name)}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }</style>
<h1>${escapeXml(name)}</h1>
<p>You are here as ${escapeXml(self.name)}. This is the lab: a real server has sound and pictures here.</p>
<ul>${rows.join('')}</ul>
<form method="post" action="leave?sessionToken=${encodeURIComponent(token)}"><button>Leave</button></form>
`
}
