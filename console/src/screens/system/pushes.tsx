import { useState } from 'react'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Loaded, More } from '../../ui/list'
import { Empty, told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Push, type PushState, useChannels, usePushes, useReplay, useReplayAll, useSystem } from './api'
import { Kinds } from './kinds'
import { nameOf } from './names'
import { All, Choice, Figures, Told } from './parts'
import { PushContents } from './push'
import { room } from './words'

const states = ['dead', 'pending', 'done'] as const

/** Pushes shows what WeChat has sent: first what could not be worked on, then anything else one looks for. */
export function Pushes() {
  const w = useWords(room)
  const [state, setState] = useState<PushState>('dead')
  const [reading, setReading] = useState<string>()
  const dead = useSystem().data?.pushes.dead ?? 0
  const pushes = usePushes(state)
  const all = useReplayAll()
  return (
    <div className="stack">
      <p className="sys-lead">{w('pushes.lead')}</p>
      <Totals />
      <section className="card">
        <div className="sys-bar">
          <Choice label={w('pushes.which')} value={state} choose={setState} all={states.map((s) => ({ value: s, label: w(`state.${s}`) }))} />
          {state === 'dead' && dead > 1 && (
            <All label={w('pushes.replayAll')} title={w('pushes.replayAllTitle')} text={w('pushes.replayAllText')} act={all}
              done={(n) => (n > 0 ? w('pushes.replayed', { n }) : w('pushes.nothing'))} />
          )}
        </div>
        <Loaded query={pushes}>
          {({ pages }) => {
            const rows = pages.flat()
            if (rows.length === 0) return <Empty icon={state === 'dead' ? 'check' : 'system'} title={w(`pushes.${state}None`)} text={w(`pushes.${state}NoneText`)} />
            return <ul className="sys-rows">{rows.map((p) => <PushRow key={p.id} push={p} read={() => setReading(p.id)} />)}</ul>
          }}
        </Loaded>
        <More query={pushes} />
      </section>
      <Kinds />
      <PushContents id={reading} onClose={() => setReading(undefined)} />
    </div>
  )
}

function Totals() {
  const w = useWords(room)
  const { lang } = useText()
  const system = useSystem()
  return (
    <Loaded query={system}>
      {({ pushes: p }) => (
        <Figures all={[
          { label: w('pushes.accepted'), value: count(p.accepted, lang) },
          { label: w('pushes.duplicate'), value: count(p.duplicate, lang), note: w('pushes.duplicateNote') },
          { label: w('pushes.pending'), value: count(p.pending, lang) },
          { label: w('pushes.dead'), value: count(p.dead, lang), tone: p.dead > 0 ? 'warn' : undefined },
        ]} />
      )}
    </Loaded>
  )
}

function PushRow({ push, read }: { push: Push; read: () => void }) {
  const w = useWords(room)
  const { t, lang } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const channel = useChannels().data?.find((c) => c.id === push.channel_id)
  const replay = useReplay()
  const go = async () => {
    if (await replay.do(push.id)) tell(w('push.replaying'))
  }
  const facts = [
    channel && nameOf('kinds', channel.kind, lang),
    w('push.received', { when: say(push.received_at) }),
    push.deliveries > 1 && w('push.deliveries', { n: push.deliveries }),
    push.done_at > 0 && w(push.state === 'dead' ? 'push.gaveUp' : 'push.ended', { when: say(push.done_at) }),
  ].filter(Boolean)
  return (
    <li className="sys-row">
      <div className="sys-row-words">
        <p className="strong">{nameOf('intents', push.intent, lang)}{push.event && <code className="muted">{push.event}</code>}</p>
        <p className="muted small">{facts.join(' · ')}</p>
        <Told label={w('push.error')} text={push.last_error} />
        {replay.error ? <p className="field-error" role="alert">{told(replay.error, t)}</p> : null}
      </div>
      <div className="actions">
        <button type="button" className="button" onClick={read}>{w('push.read')}</button>
        {push.state === 'dead' && <button type="button" className="button" disabled={replay.isPending} onClick={() => void go()}>{w('push.replay')}</button>}
      </div>
    </li>
  )
}
