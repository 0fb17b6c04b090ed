import { useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { AreaField } from '../../ui/form'
import { More } from '../../ui/list'
import { Empty, Failed, told, Waiting } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Appeal, type AppealState, useAppeals, useDecideAppeal } from './gateapi'
import { room } from './words'

const states: AppealState[] = ['open', 'upheld', 'dismissed']

/** Appeals are what members say against being held up, and what was decided. */
export function Appeals() {
  const w = useWords(room)
  const [state, setState] = useState<AppealState>('open')
  const query = useAppeals(state)
  const all = query.data?.pages.flat()
  return (
    <div className="stack">
      <div className="segments member-choice" role="group" aria-label={w('appeals')}>
        {states.map((s) => <button key={s} type="button" className="segment" aria-pressed={s === state} onClick={() => setState(s)}>{w(`appeal.${s}`)}</button>)}
      </div>
      {!all && (query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Waiting />)}
      {all?.length === 0 && <div className="card"><Empty icon="check" title={w('appeal.none')} text={w('appeal.noneText')} /></div>}
      {all && all.length > 0 && <section className="card" aria-label={w('appeals')}><ul className="member-list">{all.map((a) => <Row key={a.id} appeal={a} />)}</ul><More query={query} /></section>}
    </div>
  )
}

function Row({ appeal: a }: { appeal: Appeal }) {
  const w = useWords(room)
  const { say } = useWhen()
  const [asked, setAsked] = useState<'' | 'uphold' | 'dismiss'>('')
  return (
    <li data-appeal={a.id}>
      <p className="muted small"><Link to={`/members/of/${a.member_id}`} className="link">{w('m.title', { id: a.member_id })}</Link> · {w('appeal.about', { offer: a.offer_title, when: say(a.created_at) })}</p>
      <blockquote className="copy">{a.text || w('appeal.silent')}</blockquote>
      <p className="tags">{a.reasons.map((r) => <span key={r} className="tag warn">{w(`reason.${r}`)}</span>)}</p>
      {a.state !== 'open' && <p className="muted small">{w(`appeal.${a.state}`)} · {say(a.decided_at)}{a.until > 0 && ` · ${w('appeal.until', { when: say(a.until) })}`}{a.note && ` · ${a.note}`}</p>}
      {a.state === 'open' && (
        <div className="actions">
          <button type="button" className="button" onClick={() => setAsked('dismiss')}>{w('appeal.dismiss')}</button>
          <button type="button" className="button primary" onClick={() => setAsked('uphold')}>{w('appeal.uphold')}</button>
        </div>
      )}
      {asked && <Decide appeal={a} uphold={asked === 'uphold'} onClose={() => setAsked('')} />}
    </li>
  )
}

function Decide({ appeal, uphold, onClose }: { appeal: Appeal; uphold: boolean; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const decide = useDecideAppeal()
  const [note, setNote] = useState('')
  const go = async () => {
    if (!(await decide.do({ id: appeal.id, uphold, note: note.trim() }))) return
    tell(w('appeal.done'))
    onClose()
  }
  return (
    <Ask open title={w(uphold ? 'appeal.upholdAsk' : 'appeal.dismissAsk')} text={w(uphold ? 'appeal.upholdText' : 'appeal.dismissText')} yes={w(uphold ? 'appeal.uphold' : 'appeal.dismiss')} busy={decide.isPending}
      error={decide.error ? told(decide.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <AreaField name="appeal-note" label={w('appeal.note')} hint={w('appeal.noteHint')} rows={3} maxLength={300} value={note} onValue={setNote} />
    </Ask>
  )
}
