// The configuration of Asterisk for the tests: seven people, of whom one takes protected sound only, one all codecs, and two have
// other ways for keys; and numbers that each do one thing.

export interface AsteriskPlaces {
  readonly folder: string
  readonly modules: string
  readonly data: string
  readonly port: number
  /** Of its manager interface; over TLS it has the next one. */
  readonly managerPort: number
  /** Of ARI; over TLS it has the next. */
  readonly httpPort: number
  readonly mailStore?: MailStore | undefined
}

/** What its voicemail keeps messages in: on loopback, without TLS. */
export interface MailStore {
  readonly port: number
  /** Of a person's mailbox there, by their number. */
  readonly logins: Readonly<Record<'101' | '102', { readonly user: string; readonly password: string }>>
}

/** Files of its etc folder. The port is SIP over UDP and TCP; TLS has the next; sound has those from 1000 above. */
export function asteriskConfig({
  folder,
  modules,
  data,
  port,
  managerPort,
  httpPort,
  mailStore,
}: AsteriskPlaces): Record<string, string> {
  const endpoint = (user: string, name: string, more = '', ofAddress = '', keys = 'rfc4733'): string => `
[${user}]
type=endpoint
context=internal
disallow=all
allow=ulaw
allow=alaw
direct_media=no
dtmf_mode=${keys}
rtp_symmetric=yes
rewrite_contact=yes
auth=${user}
aors=${user}
callerid="${name}" <${user}>
call_group=1
pickup_group=1
${more}
[${user}]
type=auth
auth_type=userpass
username=${user}
password=secret-${user}
[${user}]
type=aor
max_contacts=5
minimum_expiration=10
${ofAddress}
`
  return {
    'asterisk.conf': `[directories]
astetcdir => ${folder}/etc
astmoddir => ${modules}
astvarlibdir => ${folder}/db
astdbdir => ${folder}/db
astkeydir => ${folder}/keys
astdatadir => ${data}
astspooldir => ${folder}/spool
astrundir => ${folder}/run
astlogdir => ${folder}/log
[options]
documentation_language = en_US
verbose = 3
`,
    'modules.conf': `[modules]
autoload=yes
${['chan_alsa', 'chan_console', 'chan_oss', 'chan_iax2', 'chan_mgcp', 'chan_skinny', 'chan_unistim', 'chan_motif', 'chan_sip', 'res_xmpp', 'app_jack', 'pbx_dundi', 'pbx_ael', 'pbx_lua', 'res_snmp', 'res_hep', 'app_voicemail_imap', 'app_voicemail_odbc', 'res_prometheus', 'res_config_pgsql', 'res_config_ldap', 'res_odbc', 'res_config_odbc', 'func_odbc', 'cdr_odbc', 'cel_odbc', 'cdr_pgsql', 'cel_pgsql', 'cdr_tds', 'cel_tds', 'cdr_radius', 'cel_radius', 'res_calendar', 'res_fax_spandsp', 'app_festival', 'res_stun_monitor', 'res_phoneprov', 'res_aeap'].map((name) => `noload => ${name}.so`).join('\n')}
`,
    'logger.conf': '[general]\n[logfiles]\nconsole => notice,warning,error,verbose\n',
    'rtp.conf': `[general]\nrtpstart=${port + 1000}\nrtpend=${port + 1199}\n`,
    'pjsip.conf': `[global]
type=global
user_agent=Peer
[udp]
type=transport
protocol=udp
bind=127.0.0.1:${port}
[tcp]
type=transport
protocol=tcp
bind=127.0.0.1:${port}
[tls]
type=transport
protocol=tls
bind=127.0.0.1:${port + 1}
cert_file=${folder}/keys/cert.pem
priv_key_file=${folder}/keys/key.pem
method=tlsv1_2
${endpoint('101', 'Alice', '', 'mailboxes=101@default')}${endpoint('102', 'Bob', 'mailboxes=102@default')}${endpoint('103', 'Carol')}${endpoint('104', 'Dave', 'media_encryption=sdes')}${endpoint('105', 'Erin', 'disallow=all\nallow=opus,g722,ulaw,alaw')}${endpoint('106', 'Frank', '', '', 'info')}${endpoint('107', 'Grace', '', '', 'inband')}
[friends]
type=resource_list
event=presence
list_item=102
list_item=103
full_state=no
`,
    'manager.conf': `[general]
enabled=yes
bindaddr=127.0.0.1
port=${managerPort}
tlsenable=yes
tlsbindaddr=127.0.0.1:${managerPort + 1}
tlscertfile=${folder}/keys/cert.pem
tlsprivatekey=${folder}/keys/key.pem
[desk]
secret=secret-desk
read=call,dialplan
write=call,originate,reporting
writetimeout=5000
`,
    'http.conf': `[general]
enabled=yes
bindaddr=127.0.0.1
bindport=${httpPort}
tlsenable=yes
tlsbindaddr=127.0.0.1:${httpPort + 1}
tlscertfile=${folder}/keys/cert.pem
tlsprivatekey=${folder}/keys/key.pem
`,
    'ari.conf': `[general]
enabled=yes
[desk-ari]
type=user
password=secret-desk
read_only=no
`,
    'voicemail.conf': `[general]
format=wav
minsecs=0
envelope=no
saycid=no
${mailStore ? inMailStore(mailStore.port) : 'pollmailboxes=no'}
[default]
101 => 1111,Alice${loginOf(mailStore, '101')}
102 => 2222,Bob${loginOf(mailStore, '102')}
`,
    'confbridge.conf': `[general]
[default_user]
type=user
quiet=yes
[default_bridge]
type=bridge
`,
    'res_parking.conf': `[general]
[default]
parkext=700
parkpos=701-710
context=parkedcalls
findslot=first
`,
    'features.conf': '[general]\npickupexten=*8\n',
    'extensions.conf': `[general]
static=yes
[internal]
include => parkedcalls
exten => _10X,hint,PJSIP/\${EXTEN}
exten => _10X,1,Dial(PJSIP/\${EXTEN},25)
exten => carol,1,Dial(PJSIP/103,25)
; Codes are asked for by tones, before the answer (9) and after it (8); only the right ones are put through.
exten => _9XXX,1,Progress()
 same => n,Read(CODE,beep,10,n,1,8)
 same => n,Read(MATTER,beep,10,n,1,8)
 same => n,Goto(code,\${EXTEN:1},1)
exten => _8XXX,1,Answer()
 same => n,Read(CODE,beep,10,,1,8)
 same => n,Read(MATTER,beep,10,,1,8)
 same => n,Goto(code,\${EXTEN:1},1)
exten => _*7XXX,1,Answer()
 same => n,VoiceMail(\${EXTEN:2}@default,s)
exten => *98,1,Answer()
 same => n,VoiceMailMain(\${CALLERID(num)}@default,s)
exten => _**XXX,1,Pickup(PJSIP/\${EXTEN:2}&\${EXTEN:2}@internal)
exten => 600,1,Answer()
 same => n,ConfBridge(600)
exten => 610,1,Answer()
 same => n,Echo()
; Four keys are wanted, and others are pressed.
exten => 613,1,Answer()
 same => n,Read(KEYS,,4,,1,15)
 same => n,Verbose(1,Keys that were heard: \${KEYS})
 same => n,SendDTMF(15*8,150,120)
 same => n,Wait(5)
exten => 612,1,Answer()
 same => n,Playback(demo-congrats)
 same => n,Hangup()
exten => 620,1,Busy(5)
exten => 621,1,Congestion(5)
exten => 622,1,Ringing()
 same => n,Wait(60)
exten => 623,1,Progress()
 same => n,Playback(vm-goodbye,noanswer)
 same => n,Hangup(34)
; What ARI has no request for (docs/guide/desk-phone-ari.md).
[desk-acts]
exten => call,1,Dial(Local/\${DESK_TO}@\${DESK_IN}/n)
 same => n,Hangup(\${HANGUPCAUSE})
exten => redirect,1,ChannelRedirect(\${DESK_CHANNEL},\${DESK_IN},\${DESK_TO},1)
exten => press,1,SendDTMF(\${DESK_DIGITS},100,\${DESK_MS},\${DESK_CHANNEL})
exten => _with-.,1,Bridge(\${EXTEN:5})
; The phone on the desk and whom it brings together (docs/guide/desk-phones.md).
[ami-conference]
exten => _desk-.,1,Set(CONFBRIDGE(user,marked)=yes)
 same => n,ConfBridge(\${EXTEN:5})
exten => _far-.,1,Set(CONFBRIDGE(user,end_marked)=yes)
 same => n,ConfBridge(\${EXTEN:4})
; Conferences of a phone that is controlled by ARI.
[ari-conference]
exten => _desk-.,1,Answer()
 same => n,Set(CONFBRIDGE(user,quiet)=yes)
 same => n,Set(CONFBRIDGE(user,marked)=yes)
 same => n,ConfBridge(\${EXTEN:5})
exten => _far-.,1,Answer()
 same => n,Set(CONFBRIDGE(user,quiet)=yes)
 same => n,Set(CONFBRIDGE(user,end_marked)=yes)
 same => n,ConfBridge(\${EXTEN:4})
exten => add,1,BridgeAdd(\${DESK_CHANNEL})
[parkedcalls]
[code]
exten => _X.,1,GotoIf($["\${CODE}*\${MATTER}" = "47110815*77"]?internal,\${EXTEN},1)
 same => n,Hangup(21)
`,
  }
}

/** Its own looks at the mailboxes find what others have read or deleted there. */
function inMailStore(port: number): string {
  return `attach=yes
pollmailboxes=yes
pollfreq=1
imapserver=127.0.0.1
imapport=${port}
imapflags=notls
imapfolder=INBOX
expungeonhangup=yes
serveremail=voicemail@localhost`
}

function loginOf(mailStore: MailStore | undefined, number: '101' | '102'): string {
  if (!mailStore) return ''
  const { user, password } = mailStore.logins[number]
  return `,,,imapuser=${user}|imappassword=${password}`
}
