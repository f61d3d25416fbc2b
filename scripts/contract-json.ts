// The contract as plain JSON, for other languages and for comparing versions: contract.json.
import {
  contractVersion,
  errors,
  Hello,
  type Method,
  type Service,
  type Setting,
  scopes,
  services,
  settings,
  Welcome,
} from '@openparley/contract'
import { z } from 'zod'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type JsonObject = { readonly [name: string]: Json }

/** What an application sends is described as it is written, what it receives as it arrives. */
export function contractJson(): JsonObject {
  return plain({
    contract: contractVersion,
    hello: { params: schema(Hello, 'input'), result: schema(Welcome, 'output') },
    services: map(services as Record<string, Service>, ({ doc, perSession, watched, methods }) => ({
      doc,
      perSession,
      ...(watched && {
        watched: {
          scope: watched.scope,
          state: schema(watched.state, 'output'),
          changes: map(watched.changes, ({ doc, since, payload }) => ({
            doc,
            since,
            payload: schema(payload, 'output'),
          })),
        },
      }),
      methods: map(methods, methodJson),
    })),
    errors,
    settings: map(settings as Record<string, Setting>, ({ schema: value, ...rest }) => ({
      ...rest,
      schema: schema(value, 'input'),
    })),
    scopes,
  })
}

function methodJson({ params, result, ...rest }: Method): object {
  return { ...rest, params: schema(params, 'input'), result: schema(result, 'output') }
}

export function schema(of: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema, ...rest } = z.toJSONSchema(of, { io, unrepresentable: 'any' })
  return rest as JsonObject
}

function map<T>(of: Readonly<Record<string, T>>, to: (value: T) => object): Record<string, object> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, to(value)]))
}

/** Exactly what a file will hold: no undefined, no prototypes. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject
}
