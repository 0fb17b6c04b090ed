import { useCallback, useEffect, useState } from 'react'
import { recent, type Redemption } from './api'
import { now } from './clock'
import { Undo } from './done'
import { Icon } from './icons'
import { useTill } from './state'
import { useText } from './text'

const today = 12 * 3_600_000 // within which a time needs no date

/** Recent lists what was written off in this shop, and what waits on this phone. */
export function Recent() {
  const { t, clock, moment, money } = useText()
  const { shop, online, lines } = useTill()
  const [list, setList] = useState<Redemption[]>()
  const read = useCallback(() => {
    recent(shop).then((said) => setList(said.redemptions), () => { /* the bar says that there is no network */ })
  }, [shop])
  useEffect(read, [read, online, lines])
  const waiting = lines.filter((l) => l.state === 'waiting')
  return (
    <main className="page">
      <h1>{t('recent.title')}</h1>
      {!online && <p className="note warn"><Icon name="cloud" />{t('recent.offline')}</p>}
      <ul className="rows">
        {waiting.map((l) => (
          <li key={l.request_no} className="row">
            <div><strong>{l.title}</strong><span className="muted">{clock(l.at)} · {l.staff_name}</span></div>
            <span className="tag warn">{t(l.kind === 'asked' ? 'journal.asked' : 'journal.waiting')}</span>
          </li>
        ))}
        {list?.map((r) => (
          <li key={r.id} className="row" data-redemption={r.id}>
            <div>
              <strong>{r.offer_title}</strong>
              <span className="muted">{now() - r.at < today ? clock(r.at) : moment(r.at)} · {r.staff_name}{r.member ? ` · ${r.member}` : ''}</span>
            </div>
            {r.reversed_at ? <span className="tag bad">{t('recent.reversed')}</span> : <span className="row-value">{r.value_fen > 0 ? money(r.value_fen, r.currency) : ''}</span>}
            {!r.reversed_at && online && <Undo redemptions={[r]} done={read} />}
          </li>
        ))}
      </ul>
      {list?.length === 0 && waiting.length === 0 && <p className="empty">{t('recent.empty')}</p>}
    </main>
  )
}
