import { ApiError } from '../../api'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { useSlots } from './api'
import { room } from './words'

/** SlotUse is how many permanent QR codes the Official Account has left. */
export function SlotUse() {
  const w = useWords(room)
  const slots = useSlots()
  const unconnected = slots.error instanceof ApiError && slots.error.code === 'no_official_account'
  return (
    <section className="card" aria-labelledby="slots">
      <h2 id="slots">{w('slots.title')}</h2>
      {unconnected ? <p className="muted">{w('slots.none')}</p> : <Loaded query={slots}>{(s) => <Use {...s} />}</Loaded>}
    </section>
  )
}

function Use({ limit, used, resting, left }: { limit: number; used: number; resting: number; left: number }) {
  const w = useWords(room)
  const { lang } = useText()
  const low = left * 10 <= limit
  const exact = new Intl.NumberFormat('en').format(limit)
  return (
    <div className="slots">
      <dl className="counts">
        <div><dt>{w('slots.used')}</dt><dd>{count(used, lang)}</dd></div>
        <div><dt>{w('slots.resting')}</dt><dd>{count(resting, lang)}</dd></div>
        <div><dt>{w('slots.left')}</dt><dd>{count(left, lang)}</dd></div>
      </dl>
      <span className="meter" aria-hidden="true"><i style={{ width: `${((limit - left) / Math.max(1, limit)) * 100}%` }} data-full={low || undefined} /></span>
      {low && <p className="notice warn"><Icon name="alert" />{w('slots.low')}</p>}
      <p className="muted small">{w('slots.text', { n: exact })}</p>
    </div>
  )
}
