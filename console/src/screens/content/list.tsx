import { useState } from 'react'
import { Link } from 'wouter'
import { useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { Loaded, More } from '../../ui/list'
import { Page } from '../../ui/page'
import { Empty } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { type Piece, usePieces } from './api'
import { ContentTabs } from './calendar'
import { useAudience, useSchedule } from './say'
import { room } from './words'

const tone = { draft: '', scheduled: 'good', paused: 'warn', ended: '' } as const

/** StateTag says in a word whether a piece is being posted. */
export function StateTag({ piece }: { piece: Piece }) {
  const w = useWords(room)
  return <span className={`tag ${tone[piece.state]}`}>{w(`state.${piece.state}`)}</span>
}

/** PieceList is everything written so far, the newest first. */
export function PieceList() {
  const w = useWords(room)
  const [state, setState] = useState<'' | Piece['state']>('')
  const pieces = usePieces(state)
  const add = <Link to="/content/new" className="button primary"><Icon name="plus" />{w('new')}</Link>
  const none = state === '' && pieces.data?.pages[0]?.pieces.length === 0
  return (
    <Page title={w('title')} sub={w('sub')} actions={!none && pieces.data && add}>
      <ContentTabs />
      <Loaded query={pieces}>
        {({ pages }) => none ? <div className="card"><Empty icon="content" title={w('empty')} text={w('emptyText')}>{add}</Empty></div> : (
          <div className="stack">
            <div className="segments piece-states" role="group" aria-label={w('states')}>
              {(['', 'scheduled', 'draft', 'paused', 'ended'] as const).map((s) => (
                <button key={s} type="button" className="segment" aria-pressed={state === s} onClick={() => setState(s)}>{w(s === '' ? 'all' : `state.${s}`)}</button>
              ))}
            </div>
            {pages.flatMap((p) => p.pieces).length === 0 ? <p className="card muted">{w('noneLike')}</p> : (
              <ul className="card piece-list">{pages.flatMap((p) => p.pieces).map((piece) => <PieceRow key={piece.id} piece={piece} />)}</ul>
            )}
            <More query={pieces} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function PieceRow({ piece }: { piece: Piece }) {
  const w = useWords(room)
  const { say } = useWhen()
  const schedule = useSchedule()
  const audience = useAudience()
  return (
    <li className="piece-row" data-piece={piece.id}>
      <div>
        <p><Link to={`/content/pieces/${piece.id}`} className="strong">{piece.title}</Link><StateTag piece={piece} /></p>
        <p className="muted small">{schedule(piece.schedule)} · {audience(piece.audience, piece.groups)}</p>
      </div>
      <p className="small piece-next">
        {piece.next_at > 0 && <span>{w('next', { when: say(piece.next_at) })}</span>}
        <span className="muted">{w('counts', { posted: piece.counts.posted, handed: piece.counts.handed })}</span>
        {piece.counts.missed + piece.counts.unposted > 0 && <span className="missed">{w('countsMissed', { n: piece.counts.missed + piece.counts.unposted })}</span>}
      </p>
    </li>
  )
}
