import { useEffect, useState } from 'react'
import { sheet, type Sheet as Said, type Totals } from './api'
import { Icon } from './icons'
import { useTill } from './state'
import { useText } from './text'

/** Sheet is the shop's day. */
export function Sheet() {
  const { t, money } = useText()
  const { shop, online, lines } = useTill()
  const [said, setSaid] = useState<Said>()
  useEffect(() => {
    sheet(shop).then(setSaid, () => { /* the page says that there is none */ })
  }, [shop, online, lines])
  const waiting = lines.filter((l) => l.state === 'waiting').length
  const sum = (field: 'redeemed' | 'reversed') => said?.totals.reduce((all, x) => all + x[field], 0) ?? 0
  const value = (x: Totals) => (x.value > 0 ? money(x.value, x.currency) : '')
  return (
    <main className="page">
      <h1>{t('sheet.title')}</h1>
      {!online && !said && <p className="note warn"><Icon name="cloud" />{t('sheet.offline', { n: waiting })}</p>}
      {said && (
        <>
          <dl className="figures card">
            <div><dt>{t('sheet.redemptions')}</dt><dd>{sum('redeemed')}</dd></div>
            <div><dt>{t('sheet.reversals')}</dt><dd>{sum('reversed')}</dd></div>
            {said.totals.map((x) => <div key={x.currency}><dt>{t('sheet.value')}</dt><dd>{value(x) || '–'}</dd></div>)}
          </dl>
          {waiting > 0 && <p className="note warn"><Icon name="wait" />{t('sheet.also', { n: waiting })}</p>}
          {said.offers.length === 0 && <p className="empty">{t('sheet.empty')}</p>}
          {said.offers.length > 0 && <Table title={t('sheet.byOffer')} rows={said.offers.map((o) => [o.name, o.redeemed - o.reversed, value(o)])} />}
          {said.staff.length > 0 && <Table title={t('sheet.byStaff')} rows={said.staff.map((s) => [s.name, s.redeemed - s.reversed, value(s)])} />}
        </>
      )}
    </main>
  )
}

function Table({ title, rows }: { title: string; rows: [string, number, string][] }) {
  return (
    <section className="card">
      <h2>{title}</h2>
      <ul className="lines">
        {rows.map(([name, n, value]) => <li key={name + value}><span>{name}</span><span className="muted">{value}</span><strong>{n}</strong></li>)}
      </ul>
    </section>
  )
}
