// The service: uploads, streams, pages, and the contract's endpoints made into the media port's.
import {
  type ChangeOf,
  type Endpoint as ContractEndpoint,
  errorValue,
  type PageSound,
  ParleyError,
  type StateOf,
  type services,
} from '@openparley/contract'
import { type Broadcast, broadcast } from '../../runtime/broadcast.ts'
import type { Caller, ServiceBody } from '../../runtime/service.ts'
import { newId, type World } from '../../runtime/world.ts'
import type { BrowserState, Endpoint, SoundFiles } from './port.ts'
import type { Streams } from './streams.ts'

type Media = (typeof services)['media']

export interface MediaService extends ServiceBody<Media> {
  readonly state: Broadcast<StateOf<Media>, ChangeOf<Media>>
  /** Throws the contract's media errors. */
  resolve(endpoint: ContractEndpoint, caller: Caller): Promise<Endpoint>
  /** Where a recording goes. */
  toRecord(name: string, force: boolean, caller: Caller): Promise<string>
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

export function media(world: World, epoch: string, needs: MediaNeeds): MediaService {
  const owners = new Map<string, { readonly application: string; readonly sampleRate: 8000 | 16_000 }>()
  const pages = new Map<string, PageSound>()
  const state = broadcast<StateOf<Media>, ChangeOf<Media>>(epoch, () => ({ browsers: [...pages.values()] }))
  const shut = (stream: string): void => {
    needs.streams.shut(stream)
    owners.delete(stream)
  }
  const show = (page: PageSound): void => {
    pages.set(page.browser, page)
    state.publish({ type: 'browser', browser: page })
  }
  /** `why`: of a connection that was not closed by us. */
  const remove = (browser: string, why?: ParleyError): void => {
    if (!pages.delete(browser)) return
    state.publish({ type: 'removed', browser, ...(why && { error: errorValue(why.code, why.detail) }) })
  }
  const shutBrowser = (browser: string): void => {
    needs.streams.port.closeBrowser(browser)
    remove(browser)
  }
  const changed = (browser: string, now: BrowserState): void => {
    const page = pages.get(browser)
    if (now.is === 'over') remove(browser, new ParleyError('media-browser-lost', now.detail))
    else if (now.is === 'video') {
      if (page) show({ ...page, video: now.codec === undefined ? {} : { codec: now.codec } })
    } else if (page) show({ ...page, state: now.is, since: world.wall() })
  }
  return {
    state,
    resolve: async (endpoint, { application, mayNamePaths }) => {
      switch (endpoint.kind) {
        case 'none':
          return endpoint
        case 'stream': {
          const owner = owners.get(endpoint.stream)
          if (owner?.application !== application) throw new ParleyError('media-handle-unknown', endpoint.stream)
          return { kind: 'stream', stream: endpoint.stream, sampleRate: owner.sampleRate }
        }
        case 'browser': {
          const page = pages.get(endpoint.browser)
          if (page?.application !== application) throw new ParleyError('media-handle-unknown', endpoint.browser)
          return page.video === undefined ? endpoint : { ...endpoint, video: true }
        }
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
    toRecord: (name, force, { mayNamePaths }) => needs.files.toRecord(name, { mayNamePaths, force }),
    frame: (application, stream, samples) => {
      if (owners.get(stream)?.application === application) needs.streams.write(stream, samples)
    },
    released: (application) => {
      for (const [stream, owner] of owners) if (owner.application === application) shut(stream)
      for (const page of [...pages.values()]) if (page.application === application) shutBrowser(page.browser)
    },
    close: async () => {
      for (const stream of [...owners.keys()]) shut(stream)
      for (const browser of [...pages.keys()]) shutBrowser(browser)
      state.close()
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
        const mine = [...pages.values()].filter((page) => page.application === application).length
        if (mine >= browsersPerApplication) throw new ParleyError('call-too-many', 'too many pages')
        const browser = newId(world, 'browser')
        show({ browser, application, state: 'connecting', since: world.wall() })
        try {
          const answer = await needs.streams.port.openBrowser(browser, offer, (now) => changed(browser, now))
          const page = pages.get(browser)
          if (page && /^m=video [1-9]/m.test(answer)) show({ ...page, video: {} })
          return { browser, answer }
        } catch (error) {
          remove(browser, error instanceof ParleyError ? error : new ParleyError('media-browser-failed'))
          throw error
        }
      },
      closeBrowser: ({ browser }, { application }) => {
        if (pages.get(browser)?.application === application) shutBrowser(browser)
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
