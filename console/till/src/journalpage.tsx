import { useState } from 'react'
import { Icon } from './icons'
import { useTill } from './state'
import { changeLine, type Line } from './store'
import { useText } from './text'

/** Journal shows every line of this phone and what became of it; what could not be booked stays until the clerk has read why. */
export function Journal() {
  const { t } = useText()
  const { lines, online, send, reload } = useTill()
  const [busy, setBusy] = useState(false)
  const shown = lines.filter((l) => !(l.state === 'refused' && l.seen)).reverse()
  const again = async () => {
    setBusy(true)
    await send().finally(() => setBusy(false))
  }
  return (
    <main className="page">
      <h1>{t('journal.title')}</h1>
      <p className="help">{t('journal.help')}</p>
      {online && lines.some((l) => l.state === 'waiting') && (
        <button type="button" className="button primary big" disabled={busy} onClick={() => void again()}><Icon name="up" />{t('journal.again')}</button>
      )}
      <ul className="rows">
        {shown.map((l) => <Row key={l.request_no} line={l} seen={() => void changeLine(l, { seen: true }).then(reload)} />)}
      </ul>
      {shown.length === 0 && <p className="empty">{t('journal.empty')}</p>}
    </main>
  )
}

function Row({ line, seen }: { line: Line; seen: () => void }) {
  const { t, moment, money } = useText()
  const [look, key] = line.state === 'settled' ? (['good', 'journal.settled'] as const)
    : line.state === 'refused' ? (['bad', 'journal.refused'] as const)
      : (['warn', line.kind === 'asked' ? 'journal.asked' : 'journal.waiting'] as const)
  return (
    <li className="row" data-line={line.request_no} data-state={line.state}>
      <div>
        <strong>{line.title}</strong>
        <span className="muted">{moment(line.at)} · {line.staff_name}{line.value_fen > 0 ? ` · ${money(line.value_fen, line.currency)}` : ''}</span>
      </div>
      <span className={`tag ${look}`}>{t(key)}</span>
      {line.state === 'refused' && (
        <div className="row-why">
          <p className="note bad" role="alert"><Icon name="alert" />{line.text}</p>
          <button type="button" className="button" onClick={seen}>{t('journal.seen')}</button>
        </div>
      )}
    </li>
  )
}
