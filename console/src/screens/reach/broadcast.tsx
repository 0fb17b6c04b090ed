import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useOffers } from '../../api'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Broadcast, useBroadcast, useCancel } from './api'
import { Bubble } from './bubble'
import { writtenOf } from './draft'
import { End } from './end'
import { tone } from './outcome'
import { Back, useAudience } from './parts'
import { reachWords } from './words'
import { useRuleText } from './rule'
import { Sending } from './sending'
import { TryOut } from './tryout'

/** BroadcastPage is one broadcast: a draft with what it would do, or what became of it. */
export function BroadcastPage({ id }: { id: string }) {
  const w = useWords(reachWords)
  const found = useBroadcast(id)
  const b = found.data
  return (
    <Page title={b?.name ?? w('tab.broadcasts')} actions={<Back to="/reach" />} live={b && found.isError ? 'stale' : undefined}
      sub={b && <span className={`tag ${tone[b.state]}`}>{w(`state.${b.state}`)}</span>}>
      <Loaded query={found}>{(b) => (
        <div className="builder">
          <div className="stack">
            {b.state === 'draft' && <><About b={b} /><Sending b={b} /></>}
            {b.state === 'scheduled' && <Planned b={b} />}
            {b.state !== 'draft' && b.state !== 'scheduled' && <End b={b} />}
            {b.state !== 'draft' && <About b={b} />}
          </div>
          <aside className="preview">
            <p className="fact-label">{w('write.preview')}</p>
            <Bubble d={writtenOf(b)} />
          </aside>
        </div>
      )}</Loaded>
    </Page>
  )
}

function Planned({ b }: { b: Broadcast }) {
  const w = useWords(reachWords)
  const { say } = useWhen()
  return (
    <section className="card" aria-labelledby="planned">
      <h2 id="planned">{w('plan.title')}</h2>
      <p>{w('plan.text', { when: say(b.send_at) })} {b.over_quiet && w('plan.over')}</p>
    </section>
  )
}

function About({ b }: { b: Broadcast }) {
  const w = useWords(reachWords)
  const audience = useAudience()
  const ruleText = useRuleText()
  const brand = useOffers().data?.find((o) => o.brand_id === b.brand_id)?.brand_name
  const [trying, setTrying] = useState(false)
  const open = b.state === 'draft' || b.state === 'scheduled'
  const n = b.content.media_ids?.length ?? 0
  return (
    <section className="card" aria-label={w('one.content')}>
      <dl className="offer-facts">
        <div><dt>{w('one.content')}</dt><dd>{b.content.kind === 'text' ? w('kind.text') : b.content.kind === 'image' ? w('one.pictures', { n }) : w('one.news')}</dd></div>
        <div>
          <dt>{w('one.audience')}</dt>
          <dd>{audience(b.audience)}{b.audience.rule && <span className="muted reach-line">{ruleText(b.audience.rule)}</span>}</dd>
        </div>
        {b.sponsored && <div><dt>{w('sponsored')}</dt><dd>{brand ?? w('sponsored.yes')}</dd></div>}
      </dl>
      <div className="actions reach-actions">
        {b.state === 'draft' && <Link to={`/reach/broadcasts/${b.id}/edit`} className="button"><Icon name="edit" />{w('edit')}</Link>}
        {open && <button type="button" className="button" onClick={() => setTrying(true)}><Icon name="eye" />{w('one.try')}</button>}
        {b.state !== 'draft' && <Link to={`/reach/new/${b.id}`} className="button"><Icon name="copy" />{w('one.again')}</Link>}
        {open && <Cancel b={b} />}
      </div>
      {trying && <TryOut id={b.id} onClose={() => setTrying(false)} />}
    </section>
  )
}

/** Cancel takes back what has not begun; the draft too, which then stays in the list as cancelled. */
function Cancel({ b }: { b: Broadcast }) {
  const w = useWords(reachWords)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const cancel = useCancel()
  const [asking, setAsking] = useState(false)
  const draft = b.state === 'draft'
  const go = async () => {
    if (!(await cancel.do(b.id))) return
    setAsking(false)
    tell(w(draft ? 'drop.done' : 'stop.done', { name: b.name }))
    if (draft) navigate('/reach')
  }
  return (
    <>
      <button type="button" className="button" onClick={() => setAsking(true)}><Icon name={draft ? 'trash' : 'close'} />{w(draft ? 'one.drop' : 'one.stop')}</button>
      <Ask open={asking} careful title={w(draft ? 'drop.title' : 'stop.title', { name: b.name })} text={w(draft ? 'drop.text' : 'stop.text')}
        yes={w(draft ? 'drop.yes' : 'stop.yes')} no={draft ? undefined : w('stop.no')} busy={cancel.isPending}
        error={cancel.error ? told(cancel.error, t) : undefined} onYes={() => void go()} onClose={() => { setAsking(false); cancel.reset() }} />
    </>
  )
}
