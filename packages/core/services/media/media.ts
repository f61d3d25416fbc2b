// The service: uploads, streams, pages, and the contract's endpoints made into the media port's.
import { type Endpoint as ContractEndpoint, ParleyError, type services } from '@openparley/contract'
import type { Caller, ServiceBody } from '../../runtime/service.ts'
import { newId, type World } from '../../runtime/world.ts'
import type { Endpoint, SoundFiles } from './port.ts'
import type { Streams } from './streams.ts'

type Media = (typeof services)['media']

export interface MediaService extends ServiceBody<Media> {
  /** Throws the contract's media errors. */
  resolve(endpoint: ContractEndpoint, caller: Caller): Promise<Endpoint>
  /** Sound from an application, for a stream that it opened. */
  frame(application: string, stream: string, samples: Int16Array): void
  /** An application has left: its streams and its pages' sound close. */
  released(application: string): void
  close(): Promise<void>
}

export interface MediaNeeds {
  readonly files: SoundFiles
  readonly streams: Streams
  /** Hands a frame to the application. */
  toApplication(application: string, stream: string, samples: Int16Array): void
}

export function media(world: World, needs: MediaNeeds): MediaService {
  const owners = new Map<string, { readonly application: string; readonly sampleRate: 8000 | 16_000 }>()
  /** The applications of the pages that are joined. */
  const browsers = new Map<string, string>()
  const shut = (stream: string): void => {
    needs.streams.shut(stream)
    owners.delete(stream)
  }
  const shutBrowser = (browser: string): void => {
    needs.streams.port.closeBrowser(browser)
    browsers.delete(browser)
  }
  return {
    resolve: async (endpoint, { application, mayNamePaths }) => {
      switch (endpoint.kind) {
        case 'none':
          return endpoint
        case 'stream': {
          const owner = owners.get(endpoint.stream)
          if (owner?.application !== application) throw new ParleyError('media-handle-unknown', endpoint.stream)
          return { kind: 'stream', stream: endpoint.stream, sampleRate: owner.sampleRate }
        }
        case 'browser':
          if (browsers.get(endpoint.browser) !== application)
            throw new ParleyError('media-handle-unknown', endpoint.browser)
          return endpoint
        case 'file': {
          const { play, record, force = false } = endpoint
          return {
            kind: 'file',
            ...(play === undefined ? {} : { play: await needs.files.toPlay(play, mayNamePaths) }),
            ...(record === undefined ? {} : { record: await needs.files.toRecord(record, { mayNamePaths, force }) }),
          }
        }
      }
    },
    frame: (application, stream, samples) => {
      if (owners.get(stream)?.application === application) needs.streams.write(stream, samples)
    },
    released: (application) => {
      for (const [stream, owner] of owners) if (owner.application === application) shut(stream)
      for (const [browser, owner] of browsers) if (owner === application) shutBrowser(browser)
    },
    close: async () => {
      for (const stream of [...owners.keys()]) shut(stream)
      for (const browser of [...browsers.keys()]) shutBrowser(browser)
      await needs.files.close()
    },
    handlers: {
      upload: async ({ wav }) => ({ handle: await needs.files.keep(fromBase64(wav)) }),
      openStream: ({ sampleRate }, { application }) => {
        const mine = [...owners.values()].filter((owner) => owner.application === application).length
        if (mine >= streamsPerApplication) throw new ParleyError('call-too-many', 'too many streams')
        const stream = newId(world, 'stream')
        owners.set(stream, { application, sampleRate })
        needs.streams.open(stream, (samples) => needs.toApplication(application, stream, samples))
        return { stream }
      },
      openBrowser: async ({ offer }, { application }) => {
        const mine = [...browsers.values()].filter((owner) => owner === application).length
        if (mine >= browsersPerApplication) throw new ParleyError('call-too-many', 'too many pages')
        const browser = newId(world, 'browser')
        browsers.set(browser, application)
        try {
          const answer = await needs.streams.port.openBrowser(browser, offer, () => browsers.delete(browser))
          // The application may have left meanwhile.
          if (!browsers.has(browser)) needs.streams.port.closeBrowser(browser)
          return { browser, answer }
        } catch (error) {
          browsers.delete(browser)
          throw error
        }
      },
      closeBrowser: ({ browser }, { application }) => {
        if (browsers.get(browser) === application) shutBrowser(browser)
        return {}
      },
      closeStream: ({ stream }, { application }) => {
        if (owners.get(stream)?.application === application) shut(stream)
        return {}
      },
    },
  }
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    throw new ParleyError('media-file-unreadable', 'not base64')
  }
}

const streamsPerApplication = 64
const browsersPerApplication = 8
