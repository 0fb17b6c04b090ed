import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Entry, picture, useEntry, useRenewEntry, useRetireEntry } from './api'
import { Counts, useTitles } from './entrylist'
import { Drawn, WebLink } from './print'
import { room } from './words'

/** EntryPage is one tracked way in: what came of it, and every form in which it can be passed on. */
export function EntryPage({ id }: { id: string }) {
  const w = useWords(room)
  const entry = useEntry(id)
  const titled = useTitles()
  const back = <Link to="/codes/entries" className="button"><Icon name="left" />{w('entry.back')}</Link>
  return (
    <Page title={entry.data ? titled(entry.data) : w('entries')} live={entry.data && (entry.isError ? 'stale' : 'fresh')} actions={back}>
      <Loaded query={entry}>{(data) => <Content entry={data} title={titled(data)} />}</Loaded>
    </Page>
  )
}

function Content({ entry, title }: { entry: Entry; title: string }) {
  const w = useWords(room)
  const { say } = useWhen()
  const over = entry.retired_at > 0
  const to = entry.live_id ? `/codes/live/${entry.live_id}` : '/groups'
  return (
    <div className="stack">
      <section className="card" aria-label={title}>
        <p className="live-state">
          {over && <span className="tag">{w('entry.retired')}</span>}
          <Link to={to} className="strong">{w('entry.leads', { name: entry.leads_to })}</Link>
          <span className="muted">
            {entry.pick && `${w('entry.pick', { pick: entry.pick })} · `}
            {over ? w('entry.retiredAt', { when: say(entry.retired_at) }) : w('entry.created', { when: say(entry.created_at) })}
          </span>
        </p>
        <Counts entry={entry} explained />
        {!over && <Actions entry={entry} />}
      </section>
      {!over && <Forms entry={entry} title={title} />}
    </div>
  )
}

function Forms({ entry, title }: { entry: Entry; title: string }) {
  const w = useWords(room)
  const { say } = useWhen()
  return (
    <div className="forms">
      <Form name={w('entry.page')} text={w('entry.pageText')}>
        <Drawn entry={entry} of="page" name={title} />
        <WebLink url={entry.page_url} />
      </Form>
      {entry.qr !== '' && (
        <Form name={w(`entry.${entry.qr}`)} text={entry.qr === 'permanent' ? w('entry.permanentText') : w('entry.temporaryText', { when: say(entry.qr_ends_at) })}>
          <Drawn entry={entry} of="qr" name={title} />
        </Form>
      )}
      {entry.mini_code && <Form name={w('entry.mini')} text={w('entry.miniText')}><MiniCode entry={entry} name={title} /></Form>}
      {entry.link_ends_at > 0 && (
        <Form name={w('entry.link')} text={entry.link ? w('entry.linkText', { when: say(entry.link_ends_at) }) : w('entry.linkGone')}>
          {entry.link && <WebLink url={entry.link} />}
        </Form>
      )}
    </div>
  )
}

function Form({ name, text, children }: { name: string; text: string; children?: ReactNode }) {
  return <section className="card form-of"><h2>{name}</h2><p className="muted small">{text}</p>{children}</section>
}

/** MiniCode asks WeChat for the picture when somebody wants it: it is drawn there. */
function MiniCode({ entry, name }: { entry: Entry; name: string }) {
  const w = useWords(room)
  const [state, setState] = useState<'' | 'wanted' | 'failed'>('')
  const src = picture(entry.id, 'mini_code', 'png')
  if (state === '') return <button type="button" className="button" onClick={() => setState('wanted')}>{w('entry.miniShow')}</button>
  if (state === 'failed') {
    return (
      <>
        <p className="field-error" role="alert">{w('entry.miniFailed')}</p>
        <button type="button" className="button" onClick={() => setState('wanted')}>{w('entry.miniShow')}</button>
      </>
    )
  }
  return (
    <>
      <img className="qr" src={src} alt={w('print.alt', { name })} width={180} height={180} onError={() => setState('failed')} />
      <a className="button" href={src} download={`${name}-mini.jpg`}>{w('print.jpg')}</a>
    </>
  )
}

function Actions({ entry }: { entry: Entry }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const renew = useRenewEntry()
  const retire = useRetireEntry()
  const [asking, setAsking] = useState<'' | 'renew' | 'retire'>('')
  const close = () => { renew.reset(); retire.reset(); setAsking('') }
  const act = async (sent: Promise<boolean>, done: string) => {
    if (!(await sent)) return
    tell(done)
    close()
  }
  const ends = entry.qr === 'temporary' || entry.link_ends_at > 0
  return (
    <div className="actions entry-actions">
      {ends && <button type="button" className="button" onClick={() => setAsking('renew')}><Icon name="again" />{w('entry.renew')}</button>}
      <button type="button" className="button quiet" onClick={() => setAsking('retire')}>{w('entry.retire')}</button>
      <Ask open={asking === 'renew'} title={w('entry.renewTitle')} text={w('entry.renewText')} yes={w('entry.renew')} busy={renew.isPending}
        error={renew.error ? told(renew.error, t) : undefined} onYes={() => void act(renew.do(entry.id), w('entry.renewed'))} onClose={close} />
      <Ask open={asking === 'retire'} careful title={w('entry.retireTitle')}
        text={entry.qr === 'permanent' ? `${w('entry.retireText')} ${w('entry.retireSlot')}` : w('entry.retireText')} yes={w('entry.retireYes')}
        busy={retire.isPending} error={retire.error ? told(retire.error, t) : undefined}
        onYes={() => void act(retire.do(entry.id), w('entry.retiredNow'))} onClose={close} />
    </div>
  )
}
