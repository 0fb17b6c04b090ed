import { useState } from 'react'
import { useText, useWords } from '../../text'
import { money } from '../../text/number'
import type { NewOffer } from '../../types'
import { Phone } from '../../ui/phone'
import { useViewer, useWhen } from '../../ui/viewer'
import { pictureOf } from './picture'
import { room } from './words'

const views = ['text', 'card', 'poster'] as const

/** Preview shows an offer as it will be met: as a post in a group, as a card, as a poster. */
export function Preview({ offer }: { offer: NewOffer }) {
  const w = useWords(room)
  const { account } = useViewer()
  const [view, setView] = useState<(typeof views)[number]>('text')
  // What the server puts before everything that is sold. Once handed in, an offer comes with its real text.
  const label = `【${offer.ad_label || '广告'}】`
  const title = offer.title || w('title')
  const picture = (offer.words ?? []).find((x) => x.locale === '')?.picture_id
  return (
    <div className="offer-preview">
      <div className="segments" role="group" aria-label={w('preview')}>
        {views.map((v) => <button key={v} type="button" className="segment" aria-pressed={view === v} onClick={() => setView(v)}>{w(`preview.${v}`)}</button>)}
      </div>
      {view === 'text' && <Phone group={w('preview.group')} text={`${label}${account.name}：${title}\n${offer.body}`} />}
      {view === 'card' && <Phone group={w('preview.group')} title={label + title} cardPicture={picture ? pictureOf(picture) : undefined} />}
      {view === 'poster' && <Poster offer={offer} label={label} title={title} brand={account.name} />}
    </div>
  )
}

function Poster({ offer, label, title, brand }: { offer: NewOffer; label: string; title: string; brand: string }) {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  return (
    <div className="poster">
      <p className="poster-label">{label}{brand}</p>
      <p className="poster-title">{title}</p>
      {offer.value_fen > 0 && <p className="poster-value">{money(offer.value_fen, offer.currency, lang)}</p>}
      <p className="poster-body">{offer.body}</p>
      <div className="poster-foot">
        <div><p className="strong">{w('poster.scan')}</p>{offer.redeem_by > 0 && <p>{w('poster.by', { when: say(offer.redeem_by) })}</p>}</div>
        <span className="poster-qr">{w('poster.qr')}</span>
      </div>
    </div>
  )
}
