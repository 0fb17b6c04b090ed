import { useState } from 'react'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Loaded, More } from '../../ui/list'
import { Empty } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { type Message, useChannels, useMessages } from './api'
import { nameOf } from './names'
import { Choice } from './parts'
import { room } from './words'

const states = ['unsent', 'lost', 'waiting', 'sent'] as const

type Shown = (typeof states)[number]

/** Messages are the customer-service messages that could not be sent, with WeChat's reason; the others can be looked up. */
export function Messages() {
  const w = useWords(room)
  const [state, setState] = useState<Shown>('unsent')
  const messages = useMessages(state)
  return (
    <div className="stack">
      <p className="sys-lead">{w('messages.lead')}</p>
      <Reasons />
      <section className="card" aria-label={w('messages.list')}>
        <div className="sys-bar">
          <Choice label={w('messages.which')} value={state} choose={setState} all={states.map((s) => ({ value: s, label: w(`message.${s}`) }))} />
        </div>
        <Loaded query={messages}>
          {({ pages }) => {
            const rows = pages.flatMap((p) => p.messages)
            if (rows.length === 0) return <Empty icon={state === 'unsent' ? 'check' : 'replies'} title={w(`messages.${state}None`)} text={w(`messages.${state}NoneText`)} />
            return <ul className="sys-rows">{rows.map((m) => <MessageRow key={m.id} message={m} />)}</ul>
          }}
        </Loaded>
        <More query={messages} />
      </section>
    </div>
  )
}

/** Reasons counts what was not sent, the most frequent reason first. */
function Reasons() {
  const w = useWords(room)
  const { lang } = useText()
  const messages = useMessages('unsent')
  const held = (messages.data?.pages[0]?.counts ?? []).filter((c) => c.state === 'unsent' || c.state === 'lost').sort((a, b) => b.count - a.count)
  const most = held[0]?.count
  if (!most) return null
  return (
    <section className="card" aria-labelledby="reasons">
      <h2 id="reasons">{w('messages.counts')}</h2>
      <ul className="sys-reasons">
        {held.map((c) => (
          <li key={`${c.state} ${c.reason}`} data-reason={c.reason}>
            <p><span>{c.why}</span><strong>{w('messages.of', { n: count(c.count, lang) })}</strong></p>
            <span className="meter" aria-hidden="true"><i style={{ width: `${(c.count / most) * 100}%` }} /></span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const tone = { unsent: 'warn', lost: 'warn', waiting: '', calling: '', sent: 'good' } as const

function MessageRow({ message: m }: { message: Message }) {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  const channel = useChannels().data?.find((c) => c.id === m.channel_id)
  const purpose = m.purpose.startsWith('rule:') ? w('message.rule') : m.purpose.startsWith('builtin') ? w('message.builtin') : m.purpose
  const facts = [
    channel && nameOf('kinds', channel.kind, lang),
    purpose,
    w('message.made', { when: say(m.created_at) }),
    m.ended_at > m.created_at && w('message.over', { when: say(m.ended_at) }),
    m.resume_at > 0 && w('message.resume', { when: say(m.resume_at) }),
  ].filter(Boolean)
  return (
    <li className="sys-row">
      <div className="sys-row-words">
        <p className="strong"><span className={`tag ${tone[m.state]}`}>{w(`message.${m.state}`)}</span> {nameOf('messages', m.kind, lang)}</p>
        {m.why && <p>{m.why}</p>}
        <p className="muted small">{facts.join(' · ')}</p>
      </div>
    </li>
  )
}
