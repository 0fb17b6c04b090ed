import { useState } from 'react'
import { Link } from 'wouter'
import { useVeto } from './api'
import { useText, useWords } from '../../text'
import type { Group, HeldPlacement, Post } from '../../types'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { why } from '../why'
import { room } from './words'

export function HeldList({ items, group }: { items: HeldPlacement[]; group: Group }) {
  if (items.length === 0) return null
  return <ul className="posts">{items.map((held) => <HeldRow key={held.id} held={held} group={group} />)}</ul>
}

function HeldRow({ held, group }: { held: HeldPlacement; group: Group }) {
  const { t, lang } = useText()
  const w = useWords(room)
  const { say } = useWhen()
  const gone = held.next_at === 0
  // Of a post whose offer ran out it matters first that it did; what it had waited for is history.
  const ended = gone && held.reasons.includes('offer_ended')
  const first = ended ? 'offer_ended' : held.reason
  const others = [...new Set([held.reason, ...held.reasons])].filter((r) => r !== first)
  return (
    <li className="held" data-reason={held.reason}>
      <p className="post-title"><span className={gone ? 'tag' : 'tag warn'}>{w(gone ? 'held.givenWord' : 'held.word')}</span>{held.offer_title}<small>{held.brand_name}</small></p>
      <p className="held-why">{why(first, group, held.brand_name, t, lang)}</p>
      <p className="held-next"><Icon name={gone ? 'close' : 'clock'} size={15} />{gone ? w('held.never') : w('held.again', { when: say(held.next_at, group.zone) })}</p>
      {others.length > 0 && (
        <p className="muted">{w(ended ? 'held.waited' : 'held.also', { why: others.map((r) => why(r, group, held.brand_name, t, lang)).join(lang === 'en' ? '; ' : '；') })}</p>
      )}
      <PostLinks id={held.id} title={held.offer_title} past={gone} veto={!gone && held.reason !== 'vetoed'} offer={held.offer_id} group={group} />
    </li>
  )
}

const tone = { reserved: '', tasked: 'warn', confirmed: 'good', late: 'bad' } as const

export function PostRow({ post, group }: { post: Post; group: Group }) {
  const w = useWords(room)
  const { say } = useWhen()
  const { zone } = group
  const open = post.state === 'reserved' || post.state === 'tasked'
  return (
    <li>
      <p className="post-title"><span className={`tag ${tone[post.state]}`}>{w(`post.${post.state}`)}</span>{post.offer_title}<small>{post.brand_name}</small></p>
      <p className="muted">
        {post.sent_at > 0 ? w('post.sent', { when: say(post.sent_at, zone) }) : w('post.window', { from: say(post.s, zone), to: say(post.e, zone) })}
      </p>
      <PostLinks id={post.id} title={post.offer_title} past={!open} veto={open} offer={post.offer_id} group={group} />
    </li>
  )
}

/** PostLinks leads to a post's story, and where it has not gone out yet keeps its offer out of the group. */
function PostLinks({ id, title, past, veto, offer, group }: { id: string; title: string; past: boolean; veto: boolean; offer: string; group: Group }) {
  const w = useWords(room)
  const story = w(past ? 'post.past' : 'post.story')
  return (
    <p className="post-links">
      <Link to={`/pacing/posts/${id}`} className="link" aria-label={`${story}: ${title}, ${group.name}`}>{story}</Link>
      {veto && <Veto offer={offer} title={title} group={group} />}
    </p>
  )
}

/** Veto keeps one offer out of one group, for good. */
function Veto({ offer, title, group }: { offer: string; title: string; group: Group }) {
  const { t } = useText()
  const w = useWords(room)
  const tell = useTell()
  const veto = useVeto()
  const [asking, setAsking] = useState(false)
  const [note, setNote] = useState('')
  const close = () => { setAsking(false); veto.reset() }
  const fill = { offer: title, group: group.name }
  const go = async () => {
    if (!(await veto.do({ group: group.id, offer, note: note.trim() }))) return
    close()
    tell(w('veto.done', fill))
  }
  return (
    <>
      <button type="button" className="link" aria-label={`${w('veto.ask')}: ${title}, ${group.name}`} onClick={() => setAsking(true)}>{w('veto.ask')}</button>
      <Ask open={asking} careful title={w('veto.title', fill)} text={w('veto.text')} yes={w('veto.ask')} busy={veto.isPending}
        error={veto.error ? told(veto.error, t) : undefined} onYes={() => void go()} onClose={close}>
        <div className="field">
          <label htmlFor={`veto-${offer}`}>{t('stop.note')}</label>
          <input id={`veto-${offer}`} className="input" maxLength={200} autoComplete="off" value={note} onChange={(e) => setNote(e.target.value)} />
        </div>
      </Ask>
    </>
  )
}
