import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkImports } from './check-imports.ts'

/** One forbidden import for each row of the table, planted where it must be seen. */
const planted: readonly [file: string, imports: string][] = [
  ['packages/contract/x.ts', '@openparley/net'],
  ['packages/contract/x.ts', 'node:fs'],
  ['packages/protocols/common/x.ts', '@openparley/protocols/sip'],
  ['packages/protocols/sip/x.ts', 'node:net'],
  ['packages/protocols/sip/x.ts', '@openparley/protocols/rtp'],
  ['packages/protocols/sdp/x.ts', '@openparley/protocols/sip'],
  ['packages/protocols/rtp/x.ts', 'node:net'],
  ['packages/media/x.ts', 'node:fs'],
  ['packages/media/x.ts', '@openparley/protocols/rtp'],
  ['packages/net/x.ts', '@openparley/contract'],
  ['packages/core/runtime/x.ts', 'node:fs'],
  ['packages/core/runtime/x.ts', '../services/calls/calls.ts'],
  ['packages/core/services/calls/x.ts', '../phones/phones.ts'],
  ['packages/core/services/calls/x.ts', '@openparley/net'],
  ['packages/core/services/calls/x.ts', '../../adapters/phone-sip/index.ts'],
  ['packages/core/links/sip/x.ts', '../../services/calls/calls.ts'],
  ['packages/core/links/sip/x.ts', '../../adapters/phone-sip/index.ts'],
  ['packages/core/adapters/phone-sip/x.ts', '../media-rtp/index.ts'],
  ['packages/core/adapters/phone-sip/x.ts', '../../services/calls/calls.ts'],
  ['packages/core/compose.ts', '@openparley/lab'],
  ['packages/daemon/x.ts', '@openparley/protocols/sip'],
  ['packages/daemon/x.ts', '../core/adapters/phone-sip/index.ts'],
  ['packages/sdk/x.ts', '@openparley/core'],
  ['packages/sdk/browser.ts', 'node:fs'],
  ['packages/sdk/node.ts', '@openparley/core'],
  ['packages/cli/x.ts', '@openparley/core'],
  ['packages/mcp/x.ts', '@openparley/contract'],
  ['packages/mcp/x.ts', '@openparley/daemon'],
  ['packages/cli/x.ts', '@modelcontextprotocol/sdk/server/index.js'],
  ['packages/scenarios/x.ts', '@openparley/core'],
  ['packages/scenarios/x.ts', '../core/compose.ts'],
  ['packages/lab/x.ts', '@openparley/contract'],
  ['packages/lab/x.ts', '@openparley/sdk'],
  ['packages/testkit/x.ts', '@openparley/core'],
  ['examples/x.ts', '@openparley/core'],
  ['packages/media/x.ts', 'left-pad'],
  ['somewhere/x.ts', 'node:fs'],
]

for (const [file, name] of planted) {
  test(`${file} may not import ${name}`, () => {
    const forms = [
      `import { x } from '${name}'`,
      `import type { X } from '${name}'`,
      `export { x } from '${name}'`,
      `await import('${name}')`,
    ]
    for (const form of forms) assert.equal(checkImports(new Map([[file, form]])).findings.length, 1, form)
  })
}

test('what the table allows is allowed', () => {
  const files = new Map([
    [
      'packages/core/services/calls/x.ts',
      "import type { Endpoint } from '../media/port.ts'\nimport { broadcast } from '../../runtime/broadcast.ts'",
    ],
    [
      'packages/core/adapters/phone-sip/x.ts',
      "import { Agent } from '@openparley/protocols/sip'\nimport type { PhonePort } from '../../services/calls/port.ts'",
    ],
    ['packages/protocols/sip/x.test.ts', "import fc from 'fast-check'\nimport assert from 'node:assert/strict'"],
  ])
  assert.deepEqual(checkImports(files).findings, [])
})
