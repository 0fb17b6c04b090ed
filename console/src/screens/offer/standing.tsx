import { useText } from '../../text'
import type { Offer } from '../../types'

const tones = { draft: '', submitted: 'warn', declined: 'bad', scheduled: 'good', live: 'good', exhausted: 'warn', ended: '', withdrawn: '' } as const

/** Standing is where an offer stands, in a word. */
export function Standing({ offer }: { offer: Offer }) {
  const { t } = useText()
  const stage = offer.stage ?? 'draft'
  return <span className={`tag ${tones[stage]}`} data-stage={stage}>{t(`offerState.${stage}`)}</span>
}
