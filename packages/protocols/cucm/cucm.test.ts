// Documents as call managers send them, laid out after what is publicly known of these services.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  basicAuthorization,
  ccmcipAuthorization,
  clusterUserPath,
  readClusterUser,
  readDeviceConfig,
  readDevices,
  readSqlRows,
  readUdsDevices,
  writeGetDevices,
  writeSqlQuery,
} from './index.ts'

describe('CCMCIP', () => {
  test('asks for the devices of a person, whatever the name holds', () => {
    assert.equal(writeGetDevices('j<doe'), '<getDevices><user>j&lt;doe</user></getDevices>')
  })

  test('proves with a password that is base64 within Basic', () => {
    const [, encoded = ''] = ccmcipAuthorization('jdoe', 'secret').split(' ')
    assert.equal(atob(encoded), `jdoe:${btoa('secret')}`)
    assert.equal(basicAuthorization('jdoe', 'sécret'), `Basic ${Buffer.from('jdoe:sécret').toString('base64')}`)
  })

  test('reads the devices with name, description and model', () => {
    const read = readDevices(`<devices>
      <device><name>CSFJDOE</name><description>J Doe soft phone</description><model>Cisco Unified Client Services Framework</model></device>
      <device><name>SEP001122334455</name><description/><model>Cisco 7965</model></device>
    </devices>`)
    assert.deepEqual(read, {
      is: 'devices',
      devices: [
        { name: 'CSFJDOE', description: 'J Doe soft phone', model: 'Cisco Unified Client Services Framework' },
        { name: 'SEP001122334455', description: '', model: 'Cisco 7965' },
      ],
    })
    assert.deepEqual(readDevices('<devices/>'), { is: 'devices', devices: [] })
  })

  test('knows a refused password in the pages of older servers, HTML and XHTML, that come with a 200', () => {
    for (const page of [
      '<html><head><title>Apache Tomcat - Error report</title></head><body><h1>HTTP Status 401 - </h1><hr size="1"></body></html>',
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><h1>HTTP Status 401</h1></body></html>',
    ])
      assert.deepEqual(readDevices(page), { is: 'rejected' })
  })

  test('tells an empty answer, another page, and a device that lacks what it must have', () => {
    assert.deepEqual(readDevices(' \n'), { is: 'empty' })
    assert.equal(readDevices('<html><body>It works!<br></body></html>').is, 'garbled')
    assert.equal(readDevices('<other/>').is, 'garbled')
    assert.equal(readDevices('<devices><device><name>A</name><model>B</model></device></devices>').is, 'garbled')
  })
})

describe('UDS', () => {
  test('finds the home cluster, or that there is none', () => {
    assert.equal(clusterUserPath('j doe'), '/cucm-uds/clusterUser?username=j%20doe')
    const found = `<clusterUser uri="https://h/cucm-uds/clusterUser" version="10.5"><result found="true" uri="https://h/cucm-uds/user/jdoe"/><homeCluster serversUri="https://h:8443/cucm-uds/servers">cucm1.example.com</homeCluster></clusterUser>`
    assert.deepEqual(readClusterUser(found), { home: 'cucm1.example.com' })
    assert.deepEqual(readClusterUser('<clusterUser><result found="false"/></clusterUser>'), { home: undefined })
    assert.ok('why' in readClusterUser('<html/>'))
  })

  test('reads devices, and those that lack a description or a model too', () => {
    const read = readUdsDevices(
      '<devices uri="u" total="1"><device uri="u"><id>1</id><name>CSFJDOE</name><type>503</type><model>Client Services Core</model></device></devices>',
    )
    assert.deepEqual(read, {
      is: 'devices',
      devices: [{ name: 'CSFJDOE', description: '', model: 'Client Services Core' }],
    })
    assert.equal(readUdsDevices('<devices><device><model>x</model></device></devices>').is, 'garbled')
  })
})

const config = (
  parts: { readonly head?: string; readonly lines?: string; readonly tail?: string } = {},
): string => `<device>
 <fullConfig>true</fullConfig><deviceProtocol>SIP</deviceProtocol>${parts.head ?? '<encrConfig>false</encrConfig>'}
 <devicePool><callManagerGroup><members>
  <member priority="1"><callManager><name>two</name><ports><sipPort>5070</sipPort></ports><processNodeName>cucm2.example.com</processNodeName></callManager></member>
  <member priority="0"><callManager><name>one</name><ports><sipPort>5060</sipPort><securedSipPort>5061</securedSipPort></ports><processNodeName>cucm1.example.com</processNodeName></callManager></member>
  <member priority="2"><callManager><processNodeName/></callManager></member>
 </members></callManagerGroup></devicePool>
 <sipProfile><sipStack><timerRegisterExpires>3600</timerRegisterExpires><timerRegisterDelta>5</timerRegisterDelta></sipStack>
  <sipLines>${parts.lines ?? '<line button="1"><featureID>9</featureID><name>2001</name><displayName>J Doe</displayName><contact>a-uuid</contact><authName>jdoe</authName><maxNumCalls>4</maxNumCalls></line><line button="2"><featureID>2</featureID><name/><speedDialNumber>1</speedDialNumber></line>'}</sipLines>
  <startMediaPort>16384</startMediaPort><stopMediaPort>32766</stopMediaPort><kpml>3</kpml></sipProfile>
 ${parts.tail ?? '<deviceSecurityMode>1</deviceSecurityMode><transportLayerProtocol>4</transportLayerProtocol>'}<versionStamp>{a}</versionStamp><vendorConfig/>
</device>`

describe('the configuration of a device', () => {
  test('has its lines by their buttons, with a label; speed dials and keys without a number are none', () => {
    const read = readDeviceConfig(
      config({
        lines: `<line button="5"><featureID>9</featureID><name>2005</name><featureLabel>Support</featureLabel></line>
          <line button="3"><featureID>21</featureID><name>2003</name></line>
          <line button="2"><featureID>9</featureID><name>2002</name></line>
          <line button="x"><featureID>9</featureID><name>2004</name></line>
          <line button="6"><featureID>9</featureID><name>${'9'.repeat(300)}</name></line>
          <line button="7"><featureID>9</featureID><name/></line>`,
      }),
    )
    assert.ok(read.is === 'config')
    assert.deepEqual(
      read.config.lines.map(({ button, name, label }) => [button, name, label]),
      [
        [2, '2002', undefined],
        [4, '2004', undefined],
        [5, '2005', 'Support'],
      ],
    )
  })

  test('has its call managers by priority, its lines, and how it is to speak', () => {
    const read = readDeviceConfig(config())
    assert.ok(read.is === 'config')
    const { callManagers, lines, transport, registerExpiresS, mediaPorts, kpml, versionStamp } = read.config
    assert.deepEqual(callManagers, [
      { host: 'cucm1.example.com', sipPort: 5060, securedSipPort: 5061 },
      { host: 'cucm2.example.com', sipPort: 5070, securedSipPort: 5061 },
    ])
    assert.deepEqual(
      lines.map(({ name, displayName, contact, authName, maxCalls }) => [
        name,
        displayName,
        contact,
        authName,
        maxCalls,
      ]),
      [['2001', 'J Doe', 'a-uuid', 'jdoe', 4]],
    )
    assert.deepEqual(
      [transport, registerExpiresS, mediaPorts, kpml, versionStamp],
      ['tcp', 3600, [16_384, 32_766], 'both', '{a}'],
    )
  })

  for (const [tail, transport] of [
    ['<deviceSecurityMode>1</deviceSecurityMode><transportLayerProtocol>2</transportLayerProtocol>', 'udp'],
    ['<deviceSecurityMode>1</deviceSecurityMode><transportLayerProtocol>1</transportLayerProtocol>', 'tcp'],
    ['<deviceSecurityMode>1</deviceSecurityMode><transportLayerProtocol>3</transportLayerProtocol>', 'tls'],
    ['<deviceSecurityMode>3</deviceSecurityMode><transportLayerProtocol>2</transportLayerProtocol>', 'tls'],
  ] as const) {
    test(`speaks ${transport} with ${tail.replace(/<\/?\w+>/g, ' ').trim()}`, () => {
      const read = readDeviceConfig(config({ tail }))
      assert.equal(read.is === 'config' && read.config.transport, transport)
    })
  }

  test('that is encrypted, has no line, or is no device’s is told as that', () => {
    assert.equal(readDeviceConfig(config({ head: '<encrConfig>true</encrConfig>' })).is, 'encrypted')
    assert.equal(readDeviceConfig(config({ lines: '' })).is, 'no-line')
    for (const text of ['', '<device/>', '<phone/>', '<device><sipProfile/></device>', config().slice(0, 300)])
      assert.equal(readDeviceConfig(text).is, 'invalid')
  })
})

describe('AXL', () => {
  test('asks in SQL, escaped, and reads the rows by their columns', () => {
    assert.match(writeSqlQuery('select a from b where c < 1'), /<sql>select a from b where c &lt; 1<\/sql>/)
    const answer = `<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><ns:executeSQLQueryResponse xmlns:ns="http://www.cisco.com/AXL/API/8.5"><return><row><BeginsWith>+1</BeginsWith><n>12</n></row><row><BeginsWith/></row></return></ns:executeSQLQueryResponse></soapenv:Body></soapenv:Envelope>`
    assert.deepEqual(readSqlRows(answer), { rows: [{ beginswith: '+1', n: '12' }, { beginswith: '' }] })
  })

  test('tells the server’s fault in its own words', () => {
    const fault = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault><faultcode>soapenv:Client</faultcode><faultstring>A syntax error has occurred.</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>`
    assert.deepEqual(readSqlRows(fault), { fault: 'A syntax error has occurred.' })
    assert.ok('fault' in readSqlRows('<html/>'))
  })
})

test('whatever a server sends is read or told, never thrown', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.nat(config().length), (noise, at) => {
      const broken = config().slice(0, at) + noise + config().slice(at)
      for (const read of [readDevices, readUdsDevices, readClusterUser, readDeviceConfig, readSqlRows]) {
        read(noise)
        read(broken)
      }
    }),
  )
})
