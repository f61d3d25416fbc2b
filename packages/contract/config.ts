// Configuration: the settings of a session, each with where it comes from, without their secrets.
import { z } from 'zod'
import { ErrorValue } from './values.ts'
import { change, method, service } from './vocabulary.ts'

/** Strongest first: a value of the first layer that has a good one is in force, name by name. */
export const layers = ['policy', 'user', 'application', 'discovered', 'default'] as const
export type Layer = (typeof layers)[number]

export const SettingValue = z
  .object({
    /** A secret is shown as {"secret": true}. */
    value: z.unknown(),
    layer: z.enum(layers).describe('policy: an administrator’s word, which nobody below can change.'),
    /** Where exactly: a file’s path, a registry key, a DNS record, the application’s name. */
    from: z.string(),
  })
  .describe('A setting’s value and where it comes from.')
export type SettingValue = z.output<typeof SettingValue>

const Applies = z.enum(['now', 'next call', 'sign-in'])

const Name = z.string().max(128)

const FileFormat = z
  .enum(['json', 'reg', 'jabber-config'])
  .describe('json: one object of dotted names. reg: a Windows registry file. jabber-config: jabber-config.xml.')

const Content = z
  .string()
  .max(8_000_000)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/)
  .describe('Bytes in base64.')

export const config = service({
  doc: 'The settings in force and where each comes from. Secrets go in and never come out.',
  perSession: true,
  watched: {
    scope: 'config.read',
    state: z
      .object({
        settings: z.record(Name, SettingValue),
        /** Names found in a source that nobody here knows: kept there, and without effect. */
        unknown: z.array(z.object({ name: z.string(), from: z.string() })),
        /** Sources that could not be read, and values that cannot be: what they say is not in force. */
        problems: z.array(ErrorValue),
        /** Settings that have changed and take effect at the next sign-in; `apply` does that. */
        pending: z.array(Name),
      })
      .describe('All settings with a value.'),
    changes: {
      changed: change({
        doc: 'A setting has another value, or none.',
        since: '0.1',
        payload: z.object({ name: z.string(), now: SettingValue.optional() }),
      }),
      sources: change({
        doc: 'What the sources hold beside good values is different, or what waits for a sign-in.',
        since: '0.1',
        payload: z.object({
          unknown: z.array(z.object({ name: z.string(), from: z.string() })),
          problems: z.array(ErrorValue),
          pending: z.array(Name),
        }),
      }),
    },
  },
  methods: {
    set: method({
      doc: 'Give a setting a value of the person’s own, which is kept. The result says when it takes effect.',
      since: '0.1',
      scope: 'config.write',
      params: z.object({ name: Name, value: z.unknown() }),
      result: z.object({ applies: Applies }),
      errors: [
        'setting-unknown',
        'setting-invalid',
        'setting-locked',
        'setting-protected',
        'store-unusable',
        'secret-store-unusable',
      ],
      example: { name: 'calls.max', value: 4 },
    }),
    unset: method({
      doc: 'Take the person’s own value back, so that the next layer’s is in force.',
      since: '0.1',
      scope: 'config.write',
      params: z.object({ name: Name }),
      result: z.object({ applies: Applies }),
      errors: [
        'setting-unknown',
        'setting-missing',
        'setting-locked',
        'setting-protected',
        'store-unusable',
        'secret-store-unusable',
      ],
      example: { name: 'calls.max' },
    }),
    explain: method({
      doc: 'Why a setting has its value: every layer’s word, the one in force first.',
      since: '0.1',
      scope: 'config.read',
      params: z.object({ name: Name }),
      result: z.object({
        value: z.unknown().optional(),
        origin: z.object({ layer: z.enum(layers), from: z.string() }).optional(),
        layers: z.array(
          SettingValue.extend({
            problem: z.string().optional().describe('Why this value cannot be, where it cannot.'),
          }),
        ),
      }),
      errors: ['setting-unknown'],
      example: { name: 'calls.max' },
    }),
    apply: method({
      doc: 'Sign in again with the settings as they are now. Calls in progress end.',
      since: '0.1',
      scope: 'config.write',
      params: z.object({}),
      result: z.object({}),
      errors: [],
      example: {},
    }),
    import: method({
      doc: 'Take settings from a file of the original, of its successors, or of ours, as the person’s own.',
      since: '0.1',
      scope: 'config.write',
      params: z.object({ format: FileFormat, content: Content }),
      result: z.object({
        taken: z.array(Name),
        /** Values that the file takes back. */
        removed: z.array(Name),
        /** Names that nobody here knows: kept as they stand, and written again by an export in the same format. */
        unknown: z.array(z.string()),
        refused: z.array(z.object({ name: z.string(), why: z.string() })),
      }),
      errors: ['config-file-invalid', 'store-unusable', 'secret-store-unusable'],
      example: { format: 'json', content: 'eyJzb2Z0cGhvbmUuZGlzcGxheU5hbWUiOiJBbGljZSJ9' },
    }),
    export: method({
      doc: 'The settings in force as files, without secrets: of one format, or all that an administrator needs to roll them out.',
      since: '0.1',
      scope: 'config.read',
      params: z.object({
        format: z.union([FileFormat, z.literal('admin-pack')]),
        application: z.string().max(64).optional().describe('For which application; all unless said.'),
      }),
      result: z.object({ files: z.array(z.object({ name: z.string(), content: Content })) }),
      errors: [],
      example: { format: 'json' },
    }),
  },
})
