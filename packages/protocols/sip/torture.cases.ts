// What must become of each message of RFC 4475 and RFC 5118. The bytes lie in cases/, as the RFCs print them; the verdicts are theirs.
// Where an RFC leaves the choice, the strict one is taken where a mistake could mislead (addresses, counts, lengths), the tolerant one
// where nothing hangs on it (a bad Date, unknown schemes in To and From, three colons of an old grammar).

export interface TortureCase {
  readonly rfc: 'rfc4475' | 'rfc5118'
  /** The file in cases/. */
  readonly name: string
  readonly section: string
  readonly verdict: { readonly accept: true } | { readonly reject: number } | { readonly discard: true }
  /** What stands in the message, read from the RFC's text. */
  readonly read?: {
    readonly method?: string
    readonly uri?: string
    readonly status?: number
    readonly callId: string
    readonly cseq: number
  }
}

export const tortureCases: readonly TortureCase[] = [
  {
    rfc: 'rfc4475',
    name: 'wsinv.dat',
    section: '3.1.1.1',
    verdict: { accept: true },
    read: {
      method: 'INVITE',
      uri: 'sip:vivekg@chair-dnrc.example.com;unknownparam',
      callId: 'wsinv.ndaksdj@192.0.2.1',
      cseq: 9,
    },
  },
  {
    rfc: 'rfc4475',
    name: 'intmeth.dat',
    section: '3.1.1.2',
    verdict: { accept: true },
    read: {
      method: "!interesting-Method0123456789_*+`.%indeed'~",
      uri: "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
      callId: 'intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{',
      cseq: 139122385,
    },
  },
  {
    rfc: 'rfc4475',
    name: 'esc01.dat',
    section: '3.1.1.3',
    verdict: { accept: true },
    read: {
      method: 'INVITE',
      uri: 'sip:sips%3Auser%40example.com@example.net',
      callId: 'esc01.239409asdfakjkn23onasd0-3234',
      cseq: 234234,
    },
  },
  {
    rfc: 'rfc4475',
    name: 'escnull.dat',
    section: '3.1.1.4',
    verdict: { accept: true },
    read: {
      method: 'REGISTER',
      uri: 'sip:example.com',
      callId: 'escnull.39203ndfvkjdasfkq3w4otrq0adsfdfnavd',
      cseq: 14398234,
    },
  },
  {
    rfc: 'rfc4475',
    name: 'esc02.dat',
    section: '3.1.1.5',
    verdict: { accept: true },
    read: {
      method: 'RE%47IST%45R',
      uri: 'sip:registrar.example.com',
      callId: 'esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf',
      cseq: 29344,
    },
  },
  {
    rfc: 'rfc4475',
    name: 'lwsdisp.dat',
    section: '3.1.1.6',
    verdict: { accept: true },
    read: { method: 'OPTIONS', uri: 'sip:user@example.com', callId: 'lwsdisp.1234abcd@funky.example.com', cseq: 60 },
  },
  {
    rfc: 'rfc4475',
    name: 'longreq.dat',
    section: '3.1.1.7',
    verdict: { accept: true },
    read: {
      method: 'INVITE',
      uri: 'sip:user@example.com',
      callId:
        'longreq.onereallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallyreallylongcallid',
      cseq: 3882340,
    },
  },
  {
    rfc: 'rfc4475',
    name: 'dblreq.dat',
    section: '3.1.1.8',
    verdict: { accept: true },
    read: { method: 'REGISTER', uri: 'sip:example.com', callId: 'dblreq.0ha0isndaksdj99sdfafnl3lk233412', cseq: 8 },
  },
  {
    rfc: 'rfc4475',
    name: 'semiuri.dat',
    section: '3.1.1.9',
    verdict: { accept: true },
    read: {
      method: 'OPTIONS',
      uri: 'sip:user;par=u%40example.net@example.com',
      callId: 'semiuri.0ha0isndaksdj',
      cseq: 8,
    },
  },
  {
    rfc: 'rfc4475',
    name: 'transports.dat',
    section: '3.1.1.10',
    verdict: { accept: true },
    read: { method: 'OPTIONS', uri: 'sip:user@example.com', callId: 'transports.kijh4akdnaqjkwendsasfdj', cseq: 60 },
  },
  {
    rfc: 'rfc4475',
    name: 'mpart01.dat',
    section: '3.1.1.11',
    verdict: { accept: true },
    read: {
      method: 'MESSAGE',
      uri: 'sip:kumiko@example.org',
      callId: '3d9485ad0c49859b@Zmx1ZmZ5LW1hYy0xNi5sb2NhbA..',
      cseq: 1,
    },
  },
  {
    rfc: 'rfc4475',
    name: 'unreason.dat',
    section: '3.1.1.12',
    verdict: { accept: true },
    read: { status: 200, callId: 'unreason.1234ksdfak3j2erwedfsASdf', cseq: 35 },
  },
  {
    rfc: 'rfc4475',
    name: 'noreason.dat',
    section: '3.1.1.13',
    verdict: { accept: true },
    read: { status: 100, callId: 'noreason.asndj203insdf99223ndf', cseq: 35 },
  },
  { rfc: 'rfc4475', name: 'badinv01.dat', section: '3.1.2.1', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'clerr.dat', section: '3.1.2.2', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'ncl.dat', section: '3.1.2.3', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'scalar02.dat', section: '3.1.2.4', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'scalarlg.dat', section: '3.1.2.5', verdict: { discard: true } },
  { rfc: 'rfc4475', name: 'quotbal.dat', section: '3.1.2.6', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'ltgtruri.dat', section: '3.1.2.7', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'lwsruri.dat', section: '3.1.2.8', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'lwsstart.dat', section: '3.1.2.9', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'trws.dat', section: '3.1.2.10', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'escruri.dat', section: '3.1.2.11', verdict: { reject: 400 } },
  {
    rfc: 'rfc4475',
    name: 'baddate.dat',
    section: '3.1.2.12',
    verdict: { accept: true },
    read: {
      method: 'INVITE',
      uri: 'sip:user@example.com',
      callId: 'baddate.239423mnsadf3j23lj42--sedfnm234',
      cseq: 1392934,
    },
  },
  { rfc: 'rfc4475', name: 'regbadct.dat', section: '3.1.2.13', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'badaspec.dat', section: '3.1.2.14', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'baddn.dat', section: '3.1.2.15', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'badvers.dat', section: '3.1.2.16', verdict: { reject: 505 } },
  { rfc: 'rfc4475', name: 'mismatch01.dat', section: '3.1.2.17', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'mismatch02.dat', section: '3.1.2.18', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'bigcode.dat', section: '3.1.2.19', verdict: { discard: true } },
  {
    rfc: 'rfc4475',
    name: 'badbranch.dat',
    section: '3.2.1',
    verdict: { accept: true },
    read: { method: 'OPTIONS', uri: 'sip:user@example.com', callId: 'badbranch.sadonfo23i420jv0as0derf3j3n', cseq: 8 },
  },
  { rfc: 'rfc4475', name: 'insuf.dat', section: '3.3.1', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'unkscm.dat', section: '3.3.2', verdict: { reject: 416 } },
  { rfc: 'rfc4475', name: 'novelsc.dat', section: '3.3.3', verdict: { reject: 416 } },
  {
    rfc: 'rfc4475',
    name: 'unksm2.dat',
    section: '3.3.4',
    verdict: { accept: true },
    read: {
      method: 'REGISTER',
      uri: 'sip:example.com',
      callId: 'unksm2.daksdj@hyphenated-host.example.com',
      cseq: 234902,
    },
  },
  { rfc: 'rfc4475', name: 'bext01.dat', section: '3.3.5', verdict: { reject: 420 } },
  { rfc: 'rfc4475', name: 'invut.dat', section: '3.3.6', verdict: { reject: 415 } },
  {
    rfc: 'rfc4475',
    name: 'regaut01.dat',
    section: '3.3.7',
    verdict: { accept: true },
    read: { method: 'REGISTER', uri: 'sip:example.com', callId: 'regaut01.0ha0isndaksdj', cseq: 9338 },
  },
  { rfc: 'rfc4475', name: 'multi01.dat', section: '3.3.8', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'mcl01.dat', section: '3.3.9', verdict: { reject: 400 } },
  { rfc: 'rfc4475', name: 'bcast.dat', section: '3.3.10', verdict: { discard: true } },
  {
    rfc: 'rfc4475',
    name: 'zeromf.dat',
    section: '3.3.11',
    verdict: { accept: true },
    read: {
      method: 'OPTIONS',
      uri: 'sip:user@example.com',
      callId: 'zeromf.jfasdlfnm2o2l43r5u0asdfas',
      cseq: 39234321,
    },
  },
  {
    rfc: 'rfc4475',
    name: 'cparam01.dat',
    section: '3.3.12',
    verdict: { accept: true },
    read: { method: 'REGISTER', uri: 'sip:example.com', callId: 'cparam01.70710@saturn.example.com', cseq: 2 },
  },
  {
    rfc: 'rfc4475',
    name: 'cparam02.dat',
    section: '3.3.13',
    verdict: { accept: true },
    read: { method: 'REGISTER', uri: 'sip:example.com', callId: 'cparam02.70710@saturn.example.com', cseq: 3 },
  },
  {
    rfc: 'rfc4475',
    name: 'regescrt.dat',
    section: '3.3.14',
    verdict: { accept: true },
    read: { method: 'REGISTER', uri: 'sip:example.com', callId: 'regescrt.k345asrl3fdbv@192.0.2.1', cseq: 14398234 },
  },
  {
    rfc: 'rfc4475',
    name: 'sdp01.dat',
    section: '3.3.15',
    verdict: { accept: true },
    read: { method: 'INVITE', uri: 'sip:user@example.com', callId: 'sdp01.ndaksdj9342dasdd', cseq: 8 },
  },
  {
    rfc: 'rfc4475',
    name: 'inv2543.dat',
    section: '3.4.1',
    verdict: { accept: true },
    read: { method: 'INVITE', uri: 'sip:UserB@example.com', callId: 'inv2543.1717@ift.client.example.com', cseq: 56 },
  },
  {
    rfc: 'rfc5118',
    name: 'ipv6-good',
    section: '4.1',
    verdict: { accept: true },
    read: { method: 'REGISTER', uri: 'sip:[2001:db8::10]', callId: 'SSG9559905523997077@hlau_4100', cseq: 98176 },
  },
  { rfc: 'rfc5118', name: 'ipv6-bad', section: '4.2', verdict: { reject: 400 } },
  {
    rfc: 'rfc5118',
    name: 'port-ambiguous',
    section: '4.3',
    verdict: { accept: true },
    read: { method: 'REGISTER', uri: 'sip:[2001:db8::10:5070]', callId: 'SSG9559905523997077@hlau_4100', cseq: 98176 },
  },
  {
    rfc: 'rfc5118',
    name: 'port-unambiguous',
    section: '4.4',
    verdict: { accept: true },
    read: { method: 'REGISTER', uri: 'sip:[2001:db8::10]:5070', callId: 'SSG9559905523997077@hlau_4100', cseq: 98176 },
  },
  {
    rfc: 'rfc5118',
    name: 'via-received-param-with-delim',
    section: '4.5',
    verdict: { accept: true },
    read: { method: 'BYE', uri: 'sip:[2001:db8::10]', callId: 'SSG9559905523997077@hlau_4100', cseq: 321 },
  },
  {
    rfc: 'rfc5118',
    name: 'via-received-param-no-delim',
    section: '4.5',
    verdict: { accept: true },
    read: { method: 'OPTIONS', uri: 'sip:[2001:db8::10]', callId: 'SSG95523997077@hlau_4100', cseq: 921 },
  },
  {
    rfc: 'rfc5118',
    name: 'ipv6-in-sdp',
    section: '4.6',
    verdict: { accept: true },
    read: { method: 'INVITE', uri: 'sip:user@[2001:db8::10]', callId: 'SSG9559905523997077@hlau_4100', cseq: 8612 },
  },
  {
    rfc: 'rfc5118',
    name: 'mult-ip-in-header',
    section: '4.7',
    verdict: { accept: true },
    read: { method: 'BYE', uri: 'sip:user@host.example.net', callId: '997077@lau_4100', cseq: 89187 },
  },
  {
    rfc: 'rfc5118',
    name: 'mult-ip-in-sdp',
    section: '4.8',
    verdict: { accept: true },
    read: { method: 'INVITE', uri: 'sip:user@[2001:db8::10]', callId: 'SSG9559905523997077@hlau_4100', cseq: 8912 },
  },
  {
    rfc: 'rfc5118',
    name: 'ipv4-mapped-ipv6',
    section: '4.9',
    verdict: { accept: true },
    read: { method: 'INVITE', uri: 'sip:user@example.com', callId: 'SSG9559905523997077@hlau_4100', cseq: 612 },
  },
  {
    rfc: 'rfc5118',
    name: 'ipv6-bug-abnf-3-colons',
    section: '4.10',
    verdict: { accept: true },
    read: {
      method: 'OPTIONS',
      uri: 'sip:user@[2001:db8:::192.0.2.1]',
      callId: 'G9559905523997077@hlau_4100',
      cseq: 689,
    },
  },
  {
    rfc: 'rfc5118',
    name: 'ipv6-correct-abnf-2-colons',
    section: '4.10',
    verdict: { accept: true },
    read: {
      method: 'OPTIONS',
      uri: 'sip:user@[2001:db8::192.0.2.1]',
      callId: 'G9559905523997077@hlau_4100',
      cseq: 689,
    },
  },
]
