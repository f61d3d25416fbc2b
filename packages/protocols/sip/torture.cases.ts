// The 49 messages of RFC 4475 and the 12 of RFC 5118: what is to become of each, and what it says. The bytes are in cases/.

export interface TortureCase {
  /** Below cases/. */
  readonly file: string
  readonly section: string
  readonly about: string
  /** What a user agent or registrar does; a number refuses a request by that status. */
  readonly verdict: 'accept' | 'discard' | number
  /** What a proxy does, where it is something else. */
  readonly proxy?: 'accept' | 'discard' | number
  /** Header fields of the refusal. */
  readonly answers?: Readonly<Record<string, string>>
  /** Where the RFC leaves two verdicts: why this one. */
  readonly choice?: string
  /** What must have been read; of what is not named nothing is said. */
  readonly read?: Read
}

export interface Read {
  readonly method?: string
  readonly uri?: ReadUri
  readonly status?: number
  readonly reason?: string
  readonly from?: ReadAddress
  readonly to?: ReadAddress
  readonly contacts?: readonly ReadAddress[]
  readonly routes?: readonly ReadAddress[]
  readonly cseq?: readonly [number: number, method: string]
  /** How many values of Via there are, over all rows. */
  readonly viaCount?: number
  /** The first ones. */
  readonly vias?: readonly ReadVia[]
  /** Whole values as they must be after unfolding. */
  readonly fields?: Readonly<Record<string, string>>
  /** Bytes. */
  readonly bodyLength?: number
}

export interface ReadAddress extends ReadUri {
  /** undefined: there is none. */
  readonly name?: string | undefined
  /** Of the header field, not of the URI. All of them. */
  readonly params?: Readonly<Record<string, string>>
}

export interface ReadUri {
  /** As written. */
  readonly uri?: string
  readonly scheme?: string
  /** Escapes resolved, no password. */
  readonly user?: string | undefined
  readonly host?: string
  readonly port?: number | undefined
  /** All of them. */
  readonly uriParams?: Readonly<Record<string, string>>
  readonly uriHeaders?: string
}

export interface ReadVia {
  readonly transport?: string
  readonly host?: string
  readonly port?: number | undefined
  readonly params?: Readonly<Record<string, string>>
}

const strictSyntax = 'a 400 is asked for first; guessing what was meant lets two elements read one message in two ways'

const valid: TortureCase[] = [
  {
    file: 'rfc4475/wsinv.dat',
    section: '3.1.1.1',
    about: 'folded lines, spaces wherever they may stand, empty and odd values, escapes in quotes',
    verdict: 'accept',
    read: {
      method: 'INVITE',
      uri: { user: 'vivekg', host: 'chair-dnrc.example.com', uriParams: { unknownparam: '' } },
      to: { name: undefined, uri: 'sip:vivekg@chair-dnrc.example.com', params: { tag: '1918181833n' } },
      from: { name: 'J Rosenberg \\"', uri: 'sip:jdrosen@example.com', params: { tag: '98asjd8' } },
      cseq: [9, 'INVITE'],
      viaCount: 3,
      vias: [
        { transport: 'UDP', host: '192.0.2.2', params: { branch: '390skdjuw' } },
        { transport: 'TCP', host: 'spindle.example.com', params: { branch: 'z9hG4bK9ikj8' } },
        { transport: 'UDP', host: '192.168.255.111', params: { branch: 'z9hG4bK30239' } },
      ],
      contacts: [
        {
          name: 'Quoted string ""',
          uri: 'sip:jdrosen@example.com',
          params: { newparam: 'newvalue', secondparam: '', q: '0.33' },
        },
      ],
      routes: [
        {
          host: 'services.example.com',
          uriParams: { lr: '', unknownwith: 'value', 'unknown-no-value': '' },
          params: {},
        },
      ],
      fields: {
        'Call-ID': 'wsinv.ndaksdj@192.0.2.1',
        'Max-Forwards': '0068',
        Subject: '',
        NewFangledHeader: 'newfangled value continued newfangled value',
        UnknownHeaderWithUnusualValue: ';;,,;;,;',
        'Content-Type': 'application/sdp',
      },
      bodyLength: 150,
    },
  },
  {
    file: 'rfc4475/intmeth.dat',
    section: '3.1.1.2',
    about: 'every character that may stand in a method, a user part, a name, a parameter and a Call-ID',
    verdict: 501,
    proxy: 'accept',
    choice: 'the message is valid; a user agent does not know the method, a proxy passes it on',
    read: {
      method: "!interesting-Method0123456789_*+`.%indeed'~",
      uri: {
        uri: "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
        user: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
        host: 'example.com',
        uriParams: {},
      },
      to: {
        name: 'BEL:\u0007 NUL:\u0000 DEL:\u007f',
        uri: "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com",
        params: {},
      },
      from: {
        name: "token1~` token2'+_ token3*%!.-",
        uri: 'sip:mundane@example.com',
        params: { "fromparam''~+*_!.-%": 'работающий', tag: "_token~1'+`*%!-." },
      },
      cseq: [139122385, "!interesting-Method0123456789_*+`.%indeed'~"],
      viaCount: 1,
      vias: [{ transport: 'TCP', host: 'host1.example.com', params: { branch: "z9hG4bK-.!%66*_+`'~" } }],
      fields: {
        'Call-ID': 'intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{',
        'Max-Forwards': '255',
        "extensionHeader-!.%*+_`'~": '\ufeff大停電',
      },
      bodyLength: 0,
    },
  },
  {
    file: 'rfc4475/esc01.dat',
    section: '3.1.1.3',
    about: 'escapes in URIs: a whole URI as a user part, escaped letters, an escaped percent sign',
    verdict: 'accept',
    read: {
      method: 'INVITE',
      uri: {
        uri: 'sip:sips%3Auser%40example.com@example.net',
        scheme: 'sip',
        user: 'sips:user@example.com',
        host: 'example.net',
      },
      to: { uri: 'sip:%75se%72@example.com', user: 'user', params: {} },
      from: { user: 'I have spaces', host: 'example.net', params: { tag: '938' } },
      contacts: [
        {
          user: 'caller',
          host: 'host5.example.net',
          uriParams: { '%6c%72': '', 'n%61me': 'v%61lue%25%34%31' },
          params: {},
        },
      ],
      cseq: [234234, 'INVITE'],
      fields: { 'Max-Forwards': '87', 'Content-Type': 'application/sdp' },
      bodyLength: 150,
    },
  },
  {
    file: 'rfc4475/escnull.dat',
    section: '3.1.1.4',
    about: 'escaped NUL characters in URIs',
    verdict: 'accept',
    read: {
      method: 'REGISTER',
      to: { user: 'null-\u0000-null', host: 'example.com' },
      from: { user: 'null-\u0000-null', params: { tag: '839923423' } },
      contacts: [
        { user: '\u0000', host: 'host5.example.com' },
        { user: '\u0000\u0000', host: 'host5.example.com' },
      ],
      cseq: [14398234, 'REGISTER'],
    },
  },
  {
    file: 'rfc4475/esc02.dat',
    section: '3.1.1.5',
    about: 'percent signs where they escape nothing: the method is not REGISTER, the odd header field is no Contact',
    verdict: 501,
    proxy: 'accept',
    choice: 'the message is valid; a user agent does not know the method, a proxy passes it on',
    read: {
      method: 'RE%47IST%45R',
      to: { name: '%Z%45', uri: 'sip:resource@example.com' },
      from: { name: '%Z%45', params: { tag: 'f232jadfj23' } },
      cseq: [29344, 'RE%47IST%45R'],
      vias: [{ transport: 'TCP', host: 'host.example.com', params: { branch: 'z9hG4bK209%fzsnel234' } }],
      contacts: [{ uri: 'sip:alias1@host1.example.com' }, { uri: 'sip:alias3@host3.example.com' }],
      fields: { 'C%6Fntact': '<sip:alias2@host2.example.com>' },
    },
  },
  {
    file: 'rfc4475/lwsdisp.dat',
    section: '3.1.1.6',
    about: 'no space between a display name and <',
    verdict: 'accept',
    read: {
      method: 'OPTIONS',
      from: { name: 'caller', uri: 'sip:caller@example.com', params: { tag: '323' } },
      cseq: [60, 'OPTIONS'],
    },
  },
  {
    file: 'rfc4475/longreq.dat',
    section: '3.1.1.7',
    about: 'long values of every kind, 34 Via in every spelling',
    verdict: 'accept',
    read: {
      method: 'INVITE',
      to: {
        name: `I have a user name of ${'extreme'.repeat(10)} proportion`,
        user: 'user',
        port: 6000,
        uriParams: {
          unknownparam1: `very${'long'.repeat(20)}value`,
          [`longparam${'name'.repeat(25)}`]: 'shortvalue',
          [`very${'long'.repeat(25)}parameternamewithnovalue`]: '',
        },
        params: {},
      },
      from: {
        name: undefined,
        user: 'amazinglylongcallername'.repeat(5),
        params: {
          tag: `12${'982'.repeat(50)}424`,
          [`unknownheaderparam${'name'.repeat(20)}`]: `unknowheaderparam${'value'.repeat(15)}`,
          [`unknownvalueless${'paramname'.repeat(10)}`]: '',
        },
      },
      cseq: [3882340, 'INVITE'],
      viaCount: 34,
      vias: [
        { transport: 'TCP', host: 'sip33.example.com', params: {} },
        { transport: 'TCP', host: 'sip32.example.com', params: {} },
        { transport: 'TCP', host: 'sip31.example.com', params: {} },
      ],
      contacts: [{ user: 'amazinglylongcallername'.repeat(5), host: 'host5.example.net' }],
      fields: { 'Call-ID': `longreq.one${'really'.repeat(20)}longcallid` },
      bodyLength: 150,
    },
  },
  {
    file: 'rfc4475/dblreq.dat',
    section: '3.1.1.8',
    about: 'a REGISTER with a second request behind it in the same datagram, which is not looked at',
    verdict: 'accept',
    read: {
      method: 'REGISTER',
      uri: { user: undefined, host: 'example.com' },
      contacts: [{ name: undefined, uri: 'sip:j.user@host.example.com', params: {} }],
      cseq: [8, 'REGISTER'],
      viaCount: 1,
      fields: { 'Call-ID': 'dblreq.0ha0isndaksdj99sdfafnl3lk233412' },
      bodyLength: 0,
    },
  },
  {
    file: 'rfc4475/semiuri.dat',
    section: '3.1.1.9',
    about: 'a semicolon in the user part begins no parameter',
    verdict: 'accept',
    read: {
      method: 'OPTIONS',
      uri: { user: 'user;par=u@example.net', host: 'example.com', uriParams: {} },
      fields: {
        Accept:
          'application/sdp, application/pkcs7-mime, multipart/mixed, multipart/signed, message/sip, message/sipfrag',
      },
    },
  },
  {
    file: 'rfc4475/transports.dat',
    section: '3.1.1.10',
    about: 'transports that are known, rare and unknown in Via',
    verdict: 'accept',
    read: {
      method: 'OPTIONS',
      viaCount: 5,
      vias: [
        { transport: 'UDP', host: 't1.example.com', params: { branch: 'z9hG4bKkdjuw' } },
        { transport: 'SCTP', host: 't2.example.com', params: { branch: 'z9hG4bKklasjdhf' } },
        { transport: 'TLS', host: 't3.example.com', params: { branch: 'z9hG4bK2980unddj' } },
        { transport: 'UNKNOWN', host: 't4.example.com', params: { branch: 'z9hG4bKasd0f3en' } },
        { transport: 'TCP', host: 't5.example.com', params: { branch: 'z9hG4bK0a9idfnee' } },
      ],
    },
  },
  {
    file: 'rfc4475/mpart01.dat',
    section: '3.1.1.11',
    about: 'a body of parts, one of them binary with NUL in it',
    verdict: 'accept',
    read: {
      method: 'MESSAGE',
      to: { uri: 'sip:kumiko@example.org', params: {} },
      from: { uri: 'sip:fluffy@example.com', params: { tag: '2fb0dcc9' } },
      routes: [{ host: '127.0.0.1', port: 5080 }],
      cseq: [1, 'MESSAGE'],
      vias: [
        {
          transport: 'UDP',
          host: '127.0.0.1',
          port: 5070,
          params: { branch: 'z9hG4bK-d87543-4dade06d0bdb11ee-1--d87543-', rport: '' },
        },
      ],
      fields: {
        'Content-Type': 'multipart/mixed;boundary=7a9cbec02ceef655',
        'Content-Transfer-Encoding': 'binary',
        Date: 'Sat, 15 Oct 2005 04:44:56 GMT',
      },
      bodyLength: 553,
    },
  },
  {
    file: 'rfc4475/unreason.dat',
    section: '3.1.1.12',
    about: 'a reason phrase of other characters than ASCII',
    verdict: 'accept',
    read: {
      status: 200,
      reason: '= 2**3 * 5**2 но сто девяносто девять - простое',
      to: { uri: 'sip:user@example.edu', params: { tag: '2229' } },
      from: { uri: 'sip:user@example.com', params: { tag: '11141343' } },
      cseq: [35, 'INVITE'],
      contacts: [{ host: 'host198.example.com' }],
      bodyLength: 154,
    },
  },
  {
    file: 'rfc4475/noreason.dat',
    section: '3.1.1.13',
    about: 'an empty reason phrase',
    verdict: 'accept',
    read: { status: 100, reason: '', cseq: [35, 'INVITE'], to: { params: { tag: '902jndnke3' } }, bodyLength: 0 },
  },
]

const invalid: TortureCase[] = [
  {
    file: 'rfc4475/badinv01.dat',
    section: '3.1.2.1',
    about: 'semicolons and commas with nothing between them in Via and Contact',
    verdict: 400,
    read: { method: 'INVITE', cseq: [8, 'INVITE'], fields: { Via: 'SIP/2.0/UDP 192.0.2.15;;,;,,' } },
  },
  {
    file: 'rfc4475/clerr.dat',
    section: '3.1.2.2',
    about: 'Content-Length is larger than the datagram',
    verdict: 400,
    read: { method: 'INVITE', cseq: [8, 'INVITE'], fields: { 'Content-Length': '9999' } },
  },
  {
    file: 'rfc4475/ncl.dat',
    section: '3.1.2.3',
    about: 'Content-Length is negative',
    verdict: 400,
    read: { method: 'INVITE', cseq: [0, 'INVITE'], fields: { 'Content-Length': '-999', 'Max-Forwards': '254' } },
  },
  {
    file: 'rfc4475/scalar02.dat',
    section: '3.1.2.4',
    about: 'CSeq, Max-Forwards, Expires and expires of a request out of range',
    verdict: 400,
    read: {
      method: 'REGISTER',
      contacts: [{ uri: 'sip:user@host129.example.com', params: { expires: '280297596632815' } }],
      fields: { CSeq: '36893488147419103232 REGISTER', 'Max-Forwards': '300', Expires: `1${'0'.repeat(100)}` },
    },
  },
  {
    file: 'rfc4475/scalarlg.dat',
    section: '3.1.2.5',
    about: 'CSeq and Retry-After of a response out of range',
    verdict: 'discard',
    read: {
      status: 503,
      reason: 'Service Unavailable',
      fields: { CSeq: '9292394834772304023312 OPTIONS', 'Retry-After': '949302838503028349304023988' },
    },
  },
  {
    file: 'rfc4475/quotbal.dat',
    section: '3.1.2.6',
    about: 'a display name whose quote does not end',
    verdict: 400,
    read: { method: 'INVITE', fields: { To: '"Mr. J. User <sip:j.user@example.com>' } },
  },
  {
    file: 'rfc4475/ltgtruri.dat',
    section: '3.1.2.7',
    about: 'the Request-URI stands in < >',
    verdict: 400,
    choice: strictSyntax,
    read: { method: 'INVITE', uri: { uri: '<sip:user@example.com>' }, cseq: [1, 'INVITE'] },
  },
  {
    file: 'rfc4475/lwsruri.dat',
    section: '3.1.2.8',
    about: 'a space within the Request-URI',
    verdict: 400,
    choice: strictSyntax,
    read: { method: 'INVITE', uri: { uri: 'sip:user@example.com; lr' }, cseq: [2130706432, 'INVITE'] },
  },
  {
    file: 'rfc4475/lwsstart.dat',
    section: '3.1.2.9',
    about: 'two spaces between the parts of the request line',
    verdict: 400,
    choice: strictSyntax,
    read: { method: 'INVITE', uri: { uri: ' sip:user@example.com ' }, cseq: [1893884, 'INVITE'] },
  },
  {
    file: 'rfc4475/trws.dat',
    section: '3.1.2.10',
    about: 'spaces at the end of the request line',
    verdict: 400,
    choice: strictSyntax,
    read: { method: 'OPTIONS', cseq: [238923, 'OPTIONS'] },
  },
  {
    file: 'rfc4475/escruri.dat',
    section: '3.1.2.11',
    about: 'header fields within the Request-URI',
    verdict: 400,
    choice: 'to ignore them is allowed; but they would put a Route into the request for who honours them',
    read: {
      method: 'INVITE',
      uri: { user: 'user', host: 'example.com', uriHeaders: 'Route=%3Csip:example.com%3E' },
      cseq: [149209342, 'INVITE'],
    },
  },
  {
    file: 'rfc4475/baddate.dat',
    section: '3.1.2.12',
    about: 'Date in another zone than GMT',
    verdict: 'accept',
    choice: 'a 400 is allowed; but nothing here needs Date, and no call should fail by it',
    read: {
      method: 'INVITE',
      cseq: [1392934, 'INVITE'],
      fields: { Date: 'Fri, 01 Jan 2010 16:00:00 EST' },
      contacts: [{ uri: 'sip:caller@host5.example.net' }],
      bodyLength: 150,
    },
  },
  {
    file: 'rfc4475/regbadct.dat',
    section: '3.1.2.13',
    about: 'a Contact with ? and without < >',
    verdict: 400,
    choice: strictSyntax,
    read: { method: 'REGISTER', cseq: [1, 'REGISTER'] },
  },
  {
    file: 'rfc4475/badaspec.dat',
    section: '3.1.2.14',
    about: 'spaces within < >',
    verdict: 400,
    choice: strictSyntax,
    read: {
      method: 'OPTIONS',
      from: { name: 'Bell, Alexander', uri: 'sip:a.g.bell@example.com', params: { tag: '433423' } },
      cseq: [3923239, 'OPTIONS'],
    },
  },
  {
    file: 'rfc4475/baddn.dat',
    section: '3.1.2.15',
    about: 'a display name with a comma and without quotes',
    verdict: 400,
    choice: strictSyntax,
    read: { method: 'OPTIONS', cseq: [3923239, 'OPTIONS'], vias: [{ host: 'c.example.com', port: 5060 }] },
  },
  {
    file: 'rfc4475/badvers.dat',
    section: '3.1.2.16',
    about: 'another version of SIP',
    verdict: 505,
    read: { method: 'OPTIONS', cseq: [1, 'OPTIONS'], from: { name: 'A. Bell', params: { tag: 'qweoiqpe' } } },
  },
  {
    file: 'rfc4475/mismatch01.dat',
    section: '3.1.2.17',
    about: 'CSeq is of another method than the request',
    verdict: 400,
    read: { method: 'OPTIONS', cseq: [8, 'INVITE'] },
  },
  {
    file: 'rfc4475/mismatch02.dat',
    section: '3.1.2.18',
    about: 'CSeq is of another method than the request, whose method nobody knows',
    verdict: 501,
    choice: 'a 400 is allowed; 501 is what the RFC prefers',
    read: { method: 'NEWMETHOD', cseq: [8, 'INVITE'], bodyLength: 138 },
  },
  {
    file: 'rfc4475/bigcode.dat',
    section: '3.1.2.19',
    about: 'a status that is larger than 32 bits, and than 699',
    verdict: 'discard',
    read: { cseq: [353494, 'INVITE'], to: { params: { tag: '902jndnke3' } } },
  },
]

const layers: TortureCase[] = [
  {
    file: 'rfc4475/badbranch.dat',
    section: '3.2.1',
    about: 'a branch that is the magic cookie alone',
    verdict: 'accept',
    read: {
      method: 'OPTIONS',
      vias: [{ transport: 'UDP', host: '192.0.2.1', params: { branch: 'z9hG4bK' } }],
      cseq: [8, 'OPTIONS'],
    },
  },
  {
    file: 'rfc4475/insuf.dat',
    section: '3.3.1',
    about: 'From, To, Call-ID and Max-Forwards are missing',
    verdict: 400,
    read: {
      method: 'INVITE',
      cseq: [193942, 'INVITE'],
      vias: [{ params: { branch: 'z9hG4bKkdj.insuf' } }],
      bodyLength: 152,
    },
  },
  {
    file: 'rfc4475/unkscm.dat',
    section: '3.3.2',
    about: 'a Request-URI of an unknown scheme',
    verdict: 416,
    read: {
      method: 'OPTIONS',
      uri: { uri: 'nobodyKnowsThisScheme:totallyopaquecontent', scheme: 'nobodyknowsthisscheme' },
    },
  },
  {
    file: 'rfc4475/novelsc.dat',
    section: '3.3.3',
    about: 'a Request-URI of a known scheme that is not for SIP',
    verdict: 416,
    read: { method: 'OPTIONS', uri: { uri: 'soap.beep://192.0.2.103:3002', scheme: 'soap.beep' } },
  },
  {
    file: 'rfc4475/unksm2.dat',
    section: '3.3.4',
    about: 'other schemes in To, From and Contact',
    verdict: 400,
    proxy: 'accept',
    choice: 'a registrar needs a SIP address in To; for a proxy it is a request as any',
    read: {
      method: 'REGISTER',
      to: { uri: 'isbn:2983792873', scheme: 'isbn', params: {} },
      from: { uri: 'http://www.example.com', scheme: 'http', params: { tag: '3234233' } },
      contacts: [{ uri: 'name:John_Smith', scheme: 'name' }],
      cseq: [234902, 'REGISTER'],
    },
  },
  {
    file: 'rfc4475/bext01.dat',
    section: '3.3.5',
    about: 'Require and Proxy-Require of what nobody supports',
    verdict: 420,
    answers: { Unsupported: 'nothingSupportsThis, nothingSupportsThisEither' },
    read: {
      method: 'OPTIONS',
      fields: { 'Proxy-Require': 'noProxiesSupportThis, norDoAnyProxiesSupportThis' },
      vias: [{ transport: 'TLS', host: 'fold-and-staple.example.com' }],
    },
  },
  {
    file: 'rfc4475/invut.dat',
    section: '3.3.6',
    about: 'a body of an unknown type',
    verdict: 415,
    proxy: 'accept',
    answers: { Accept: 'application/sdp, multipart/mixed, text/plain' },
    read: { method: 'INVITE', fields: { 'Content-Type': 'application/unknownformat' }, bodyLength: 40 },
  },
  {
    file: 'rfc4475/regaut01.dat',
    section: '3.3.7',
    about: 'credentials of an unknown scheme, to be treated as none: a registrar that wants some answers 401',
    verdict: 'accept',
    read: {
      method: 'REGISTER',
      fields: { Authorization: 'NoOneKnowsThisScheme opaque-data=here' },
      cseq: [9338, 'REGISTER'],
    },
  },
  {
    file: 'rfc4475/multi01.dat',
    section: '3.3.8',
    about: 'CSeq, Call-ID, From, To and Max-Forwards twice, with other values',
    verdict: 400,
    read: { method: 'INVITE', vias: [{ host: '192.0.2.25' }], bodyLength: 154 },
  },
  {
    file: 'rfc4475/mcl01.dat',
    section: '3.3.9',
    about: 'two Content-Length that contradict one another',
    verdict: 400,
    read: { method: 'OPTIONS', cseq: [15932, 'OPTIONS'] },
  },
  {
    file: 'rfc4475/bcast.dat',
    section: '3.3.10',
    about: 'a response whose second Via is the broadcast address',
    verdict: 'discard',
    read: {
      status: 200,
      viaCount: 2,
      vias: [{ host: '192.0.2.198' }, { host: '255.255.255.255', params: { branch: 'z9hG4bK1saber23' } }],
      bodyLength: 154,
    },
  },
  {
    file: 'rfc4475/zeromf.dat',
    section: '3.3.11',
    about: 'Max-Forwards 0: whoever it is for answers it, a proxy refuses it',
    verdict: 'accept',
    proxy: 483,
    read: { method: 'OPTIONS', fields: { 'Max-Forwards': '0' } },
  },
  {
    file: 'rfc4475/cparam01.dat',
    section: '3.3.12',
    about: 'an unknown parameter after a bare URI is the Contact’s',
    verdict: 'accept',
    read: {
      method: 'REGISTER',
      contacts: [{ user: '+19725552222', host: 'gw1.example.net', uriParams: {}, params: { unknownparam: '' } }],
    },
  },
  {
    file: 'rfc4475/cparam02.dat',
    section: '3.3.13',
    about: 'an unknown parameter within < > is the URI’s',
    verdict: 'accept',
    read: {
      method: 'REGISTER',
      contacts: [{ user: '+19725552222', host: 'gw1.example.net', uriParams: { unknownparam: '' }, params: {} }],
    },
  },
  {
    file: 'rfc4475/regescrt.dat',
    section: '3.3.14',
    about: 'a registered Contact with header fields within < >',
    verdict: 'accept',
    read: {
      method: 'REGISTER',
      contacts: [{ user: 'user', host: 'example.com', uriHeaders: 'Route=%3Csip:sip.example.com%3E', params: {} }],
      cseq: [14398234, 'REGISTER'],
    },
  },
  {
    file: 'rfc4475/sdp01.dat',
    section: '3.3.15',
    about: 'an INVITE that accepts an unknown type alone as the answer',
    verdict: 406,
    proxy: 'accept',
    choice: 'a 400 is allowed; 406 says what is wrong',
    read: {
      method: 'INVITE',
      fields: { Accept: 'text/nobodyKnowsThis', 'Content-Type': 'application/sdp' },
      bodyLength: 150,
    },
  },
  {
    file: 'rfc4475/inv2543.dat',
    section: '3.4.1',
    about: 'an INVITE of RFC 2543: no tag, no branch, no Max-Forwards, no Content-Length, no Contact',
    verdict: 'accept',
    read: {
      method: 'INVITE',
      uri: { user: 'UserB', host: 'example.com' },
      from: { user: '+13035551111', uriParams: { user: 'phone' }, params: {} },
      to: { user: '+16505552222', uriParams: {}, params: { user: 'phone' } },
      vias: [{ transport: 'UDP', host: 'iftgw.example.com', params: {} }],
      fields: { 'Record-Route': '<sip:UserB@example.com;maddr=ss1.example.com>' },
      cseq: [56, 'INVITE'],
    },
  },
]

const ipv6: TortureCase[] = [
  {
    file: 'rfc5118/ipv6-good',
    section: '4.1',
    about: 'IPv6 in brackets',
    verdict: 'accept',
    read: {
      method: 'REGISTER',
      uri: { host: '[2001:db8::10]', port: undefined },
      vias: [{ host: '[2001:db8::9:1]', port: undefined, params: { branch: 'z9hG4bKas3-111' } }],
      contacts: [{ name: 'Caller', user: 'caller', host: '[2001:db8::1]' }],
      cseq: [98176, 'REGISTER'],
    },
  },
  {
    file: 'rfc5118/ipv6-bad',
    section: '4.2',
    about: 'IPv6 without brackets in the Request-URI',
    verdict: 400,
    read: { method: 'REGISTER', uri: { uri: 'sip:2001:db8::10' }, cseq: [98176, 'REGISTER'] },
  },
  {
    file: 'rfc5118/port-ambiguous',
    section: '4.3',
    about: 'what was meant as the port stands within the brackets and is the address’s last part',
    verdict: 'accept',
    read: { method: 'REGISTER', uri: { host: '[2001:db8::10:5070]', port: undefined } },
  },
  {
    file: 'rfc5118/port-unambiguous',
    section: '4.4',
    about: 'a port after the brackets',
    verdict: 'accept',
    read: { method: 'REGISTER', uri: { host: '[2001:db8::10]', port: 5070 } },
  },
  {
    file: 'rfc5118/via-received-param-with-delim',
    section: '4.5',
    about: 'received with brackets, as RFC 3261’s text has it',
    verdict: 'accept',
    read: {
      method: 'BYE',
      vias: [{ host: '[2001:db8::9:1]', params: { received: '[2001:db8::9:255]', branch: 'z9hG4bKas3-111' } }],
    },
  },
  {
    file: 'rfc5118/via-received-param-no-delim',
    section: '4.5',
    about: 'received without brackets, as RFC 3261’s grammar has it',
    verdict: 'accept',
    read: {
      method: 'OPTIONS',
      vias: [{ host: '[2001:db8::9:1]', params: { received: '2001:db8::9:255', branch: 'z9hG4bKas3' } }],
    },
  },
  {
    file: 'rfc5118/ipv6-in-sdp',
    section: '4.6',
    about: 'IPv6 in the header and in SDP',
    verdict: 'accept',
    read: {
      method: 'INVITE',
      uri: { user: 'user', host: '[2001:db8::10]' },
      to: { host: '[2001:db8::10]' },
      vias: [{ host: '[2001:db8::20]' }],
      cseq: [8612, 'INVITE'],
    },
  },
  {
    file: 'rfc5118/mult-ip-in-header',
    section: '4.7',
    about: 'IPv4 and IPv6 in the Vias of one request',
    verdict: 'accept',
    read: {
      method: 'BYE',
      viaCount: 3,
      vias: [
        { transport: 'UDP', host: '[2001:db8::9:1]', port: 6050 },
        { transport: 'UDP', host: '192.0.2.1', port: undefined },
        { transport: 'TCP', host: '[2001:db8::9:255]', params: { branch: 'z9hG4bK451jj', received: '192.0.2.200' } },
      ],
      to: { params: { tag: '9817--94' } },
    },
  },
  {
    file: 'rfc5118/mult-ip-in-sdp',
    section: '4.8',
    about: 'IPv4 and IPv6 in one SDP',
    verdict: 'accept',
    read: { method: 'INVITE', contacts: [{ host: '[2001:db8::9:1]' }], cseq: [8912, 'INVITE'] },
  },
  {
    file: 'rfc5118/ipv4-mapped-ipv6',
    section: '4.9',
    about: 'IPv4 addresses as IPv6',
    verdict: 'accept',
    read: {
      method: 'INVITE',
      vias: [
        { host: '[::ffff:192.0.2.10]', port: 19823 },
        { host: '[::ffff:192.0.2.2]', port: undefined },
      ],
      contacts: [{ name: 'T. desk phone', user: 'ted', host: '[::ffff:192.0.2.2]' }],
    },
  },
  {
    file: 'rfc5118/ipv6-bug-abnf-3-colons',
    section: '4.10',
    about: 'three colons before an IPv4 tail, which RFC 3261’s grammar makes; read as two',
    verdict: 'accept',
    read: {
      method: 'OPTIONS',
      uri: { user: 'user', host: '[2001:db8::192.0.2.1]' },
      to: { host: '[2001:db8::192.0.2.1]' },
    },
  },
  {
    file: 'rfc5118/ipv6-correct-abnf-2-colons',
    section: '4.10',
    about: 'two colons before an IPv4 tail',
    verdict: 'accept',
    read: {
      method: 'OPTIONS',
      uri: { user: 'user', host: '[2001:db8::192.0.2.1]' },
      to: { host: '[2001:db8::192.0.2.1]' },
    },
  },
]

export const tortureCases: readonly TortureCase[] = [...valid, ...invalid, ...layers, ...ipv6]
