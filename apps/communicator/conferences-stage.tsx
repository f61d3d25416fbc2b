// The conference that the page is in: everybody's picture, one's own, screens, who is there, and what can be done.
import type { WebConference } from '@openparley/sdk/browser'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Round } from './call-card.tsx'
import type { ConferenceMedia, Shown } from './conferences-media.ts'
import { conferenceMessages as say } from './conferences-messages.ts'
import type { Member } from './conferences-model.ts'
import { places } from './focus.ts'
import { Form, TextField } from './form.tsx'
import { Icon } from './icons.tsx'
import type { OfPage } from './page.ts'
import { Quiet } from './quiet.tsx'

interface OfStage extends OfPage {
  readonly one: WebConference
  readonly media: ConferenceMedia
}

export function Stage({ page }: OfPage): JSX.Element | null {
  const { here, current } = page.model.conferences
  if (!here.value || !current.value) return null
  const { media } = here.value
  const one = current.value
  const subject = one.subject || say.untitled
  return (
    <section class="stage" id={places.stage} tabIndex={-1} aria-label={say.stage(subject)}>
      <div class="head">
        <h2 class="grow cut">{subject}</h2>
        <p class="faint">{one.state === 'joined' ? say.members(one.members.length) : say.joining}</p>
      </div>
      {!media.hasMicrophone.value && <p class="warning">{say.noDevices}</p>}
      <div class="stage-body">
        <Tiles page={page} one={one} media={media} />
        <Who page={page} one={one} />
      </div>
      <Acts page={page} one={one} media={media} />
    </section>
  )
}

function Tiles({ one, media }: OfStage): JSX.Element {
  const others = media.others.value
  const of = (member: Member, what: Shown['what']): MediaStream | undefined =>
    others.findLast((each) => each.member === member.member && each.what === what)?.stream
  const shown = one.members.flatMap((member): JSX.Element[] => {
    const screen = member.self ? media.screen.value : of(member, 'screen')
    return [
      ...(screen && member.screen
        ? [<Tile key={`screen ${member.member}`} member={member} stream={screen} what="screen" />]
        : []),
      <Tile
        key={member.member}
        member={member}
        stream={member.self ? media.camera.value : of(member, 'camera')}
        what="camera"
      />,
    ]
  })
  return <div class={`tiles tiles-${Math.min(shown.length, 9)}`}>{shown}</div>
}

function Tile({
  member,
  stream,
  what,
}: {
  readonly member: Member
  readonly stream: MediaStream | undefined
  readonly what: Shown['what']
}): JSX.Element {
  const { name, self, talking, muted } = member
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const { current } = video
    if (!current || current.srcObject === (stream ?? null)) return
    current.srcObject = stream ?? null
    // Refused until the person has touched the page: they have, to come here.
    if (stream) current.play().catch(() => undefined)
  }, [stream])
  const isSeen = what === 'screen' || member.camera
  const label = self ? say.self(name) : name
  return (
    <figure class={['tile', what, talking ? 'talking' : '', isSeen ? '' : 'unlit'].filter(Boolean).join(' ')}>
      <video
        ref={video}
        autoPlay
        playsInline
        muted={self}
        aria-label={what === 'screen' ? say.screenOf(name) : say.pictureOf(name)}
        aria-hidden={!isSeen}
      />
      {!isSeen && (
        <span class="initial" aria-hidden="true">
          {[...name][0]?.toUpperCase() ?? '?'}
        </span>
      )}
      <figcaption>
        <span class="cut">{what === 'screen' ? say.screenOf(name) : label}</span>
        {what === 'camera' && muted && <Icon name="unmute" />}
      </figcaption>
    </figure>
  )
}

function Who({ page, one }: OfPage & { readonly one: WebConference }): JSX.Element {
  const { acts } = page
  return (
    <ul class="list who" aria-label={say.who}>
      {one.members.map((member) => {
        const { name, self, host, talking, muted, camera, screen } = member
        const facts = [
          host ? say.host : '',
          talking ? say.talks : '',
          muted ? say.muted : '',
          camera ? '' : say.noCamera,
          screen ? say.shares : '',
        ]
        return (
          <li key={member.member} class="item">
            <div class="grow">
              <strong>{self ? say.self(name) : name}</strong>
              <span class="faint">{facts.filter(Boolean).join(' · ')}</span>
            </div>
            {!self && one.can.includes('mute-others') && (
              <Quiet
                icon={muted ? 'mute' : 'unmute'}
                label={muted ? say.unmuteMember(name) : say.muteMember(name)}
                press={() => acts.toggleMember(one, member)}
              />
            )}
            {!self && one.can.includes('drop') && (
              <Quiet icon="close" label={say.dropMember(name)} press={() => acts.removeMember(one, member)} />
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Acts({ page, one, media }: OfStage): JSX.Element {
  const { acts } = page
  const below = useSignal<'invite' | 'end' | undefined>(undefined)
  const address = useSignal('')
  const told = useSignal('')
  const [muted, camera, screen] = [media.muted.value, media.camera.value, media.screen.value]
  const close = (): void => {
    below.value = undefined
  }
  return (
    <>
      <div class="row acts">
        <Round
          icon={muted ? 'unmute' : 'mute'}
          label={muted ? say.unmute : say.mute}
          isOn={muted}
          press={() => acts.toggleOwnSound()}
        />
        <Round
          icon="camera"
          label={camera ? say.cameraOff : say.cameraOn}
          isOn={camera !== undefined}
          press={() => acts.toggleOwnCamera()}
        />
        <Round
          icon="screen"
          label={screen ? say.shareStop : say.share}
          isOn={screen !== undefined}
          press={() => acts.toggleOwnScreen()}
        />
        {one.can.includes('invite') && (
          <Round
            icon="add"
            label={say.inviteNow}
            opens={below.value === 'invite'}
            press={() => {
              told.value = ''
              below.value = below.value === 'invite' ? undefined : 'invite'
            }}
          />
        )}
        <Round icon="leave" label={say.leave} press={() => acts.leaveConference()} />
        {one.can.includes('end') && (
          <Round
            icon="end"
            label={say.end}
            kind="end"
            opens={below.value === 'end'}
            press={() => (below.value = below.value === 'end' ? undefined : 'end')}
          />
        )}
      </div>
      <p role="status" class="faint centred-text">
        {told}
      </p>
      {below.value === 'invite' && (
        <Form
          label={say.inviteForm}
          words={say.inviteNow}
          close={close}
          send={() => {
            const to = address.value.trim()
            acts.inviteTo(one, to, () => {
              told.value = say.asked(to)
              address.value = ''
              close()
            })
          }}
        >
          <TextField label={say.invite} value={address} isAddress />
        </Form>
      )}
      {below.value === 'end' && (
        <Form label={say.endSure} words={say.end} isDanger close={close} send={() => acts.endConference(one)}>
          <p>{say.endSure}</p>
        </Form>
      )}
    </>
  )
}
