import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { newKey } from '../../api'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { Phone } from '../../ui/phone'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Piece, useDeletePiece, usePiece, usePostNow, useSteer } from './api'
import { StateTag } from './list'
import { Runs } from './runs'
import { useAudience, useSchedule } from './say'
import { Times } from './times'
import { room } from './words'

/** PiecePage is one piece: what it says, when it goes where, and what came of it. */
export function PiecePage({ id }: { id: string }) {
  const w = useWords(room)
  const piece = usePiece(id)
  return (
    <Page title={piece.data?.title ?? w('title')} sub={piece.data && <StateTag piece={piece.data} />} actions={<Link to="/content" className="button"><Icon name="left" />{w('allPieces')}</Link>}>
      <Loaded query={piece}>{(p) => <Shown piece={p} />}</Loaded>
    </Page>
  )
}

function Shown({ piece }: { piece: Piece }) {
  const w = useWords(room)
  const { say } = useWhen()
  const schedule = useSchedule()
  const audience = useAudience()
  return (
    <div className="piece-page">
      <div className="stack">
        {piece.lint.map((one) => (
          <p key={one.code + one.phrase} className="notice bad" role="alert"><Icon name="alert" /><span>{one.text}{one.phrase && <> <q>{one.phrase}</q></>}</span></p>
        ))}
        <section className="card form" aria-labelledby="plan">
          <h2 id="plan">{w('plan')}</h2>
          <dl className="offer-facts">
            <div><dt>{w('plan.when')}</dt><dd>{schedule(piece.schedule)}</dd></div>
            <div><dt>{w('plan.where')}</dt><dd>{audience(piece.audience, piece.groups)}</dd></div>
            {piece.next_at > 0 && <div><dt>{w('plan.next')}</dt><dd>{say(piece.next_at)}</dd></div>}
            <div><dt>{w('plan.by')}</dt><dd>{piece.created_by_name}</dd></div>
          </dl>
          <Actions piece={piece} />
        </section>
        <Runs piece={piece} />
      </div>
      <div className="stack">
        <div className="preview">
          <p className="fact-label">{w('preview')}</p>
          <Phone group={w('yourGroup')} text={piece.text} title={piece.attachment?.title} picture={piece.picture?.url} link={piece.attachment?.kind === 'link'} />
        </div>
        {piece.schedule && piece.state !== 'ended' && <Times plan={{ audience: piece.audience, schedule: piece.schedule, zone: piece.zone, window: piece.window, exact: piece.exact }} />}
      </div>
    </div>
  )
}

type Asked = '' | 'schedule' | 'pause' | 'end' | 'now' | 'delete'

function Actions({ piece }: { piece: Piece }) {
  const w = useWords(room)
  const [asked, setAsked] = useState<Asked>('')
  const live = piece.state === 'scheduled' || piece.state === 'paused'
  return (
    <div className="actions">
      {piece.state === 'draft' && piece.schedule && <button type="button" className="button primary" disabled={piece.lint.length > 0} onClick={() => setAsked('schedule')}>{w('do.schedule')}</button>}
      {piece.state === 'paused' && <Resume piece={piece} />}
      {piece.state !== 'ended' && <button type="button" className="button" disabled={piece.lint.length > 0} onClick={() => setAsked('now')}><Icon name="send" />{w('do.now')}</button>}
      {piece.state !== 'ended' && <Link to={`/content/pieces/${piece.id}/edit`} className="button"><Icon name="edit" />{w('do.edit')}</Link>}
      {piece.state === 'scheduled' && <button type="button" className="button" onClick={() => setAsked('pause')}>{w('do.pause')}</button>}
      {live && <button type="button" className="button quiet" onClick={() => setAsked('end')}>{w('do.end')}</button>}
      {!live && <button type="button" className="button quiet" onClick={() => setAsked('delete')}><Icon name="trash" />{w('do.delete')}</button>}
      <Question piece={piece} asked={asked} onClose={() => setAsked('')} />
    </div>
  )
}

function Resume({ piece }: { piece: Piece }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const steer = useSteer()
  return (
    <button type="button" className="button primary" disabled={steer.isPending}
      onClick={() => void steer.do({ piece, to: 'resume' }).then((ok) => tell(ok ? w('done.resume') : t('error.unknown'), ok ? 'good' : 'bad'))}>{w('do.resume')}</button>
  )
}

/** Question asks before something others will feel. */
function Question({ piece, asked, onClose }: { piece: Piece; asked: Asked; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const steer = useSteer()
  const now = usePostNow()
  const remove = useDeletePiece()
  const [key, setKey] = useState('')
  if (asked === 'now' && key === '') setKey(newKey())
  const change = asked === 'now' ? now : asked === 'delete' ? remove : steer
  const close = () => { steer.reset(); now.reset(); remove.reset(); onClose() }
  const go = async () => {
    const ok = asked === 'now' ? await now.do({ id: piece.id, key })
      : asked === 'delete' ? await remove.do(piece.id)
      : asked !== '' ? await steer.do({ piece, to: asked }) : false
    if (!ok || asked === '') return
    if (asked === 'now') setKey('')
    tell(w(`done.${asked}`))
    close()
    if (asked === 'delete') navigate('/content')
  }
  const kind = asked || 'pause'
  return (
    <Ask open={asked !== ''} careful={asked === 'end' || asked === 'delete'} title={w(`ask.${kind}`, { title: piece.title })} text={w(`ask.${kind}Text`, { n: piece.groups })}
      yes={w(`do.${kind}`)} busy={change.isPending} error={change.error ? told(change.error, t) : undefined} onYes={() => void go()} onClose={close} />
  )
}
