import { type Key, useText } from '../text'
import { count, share } from '../text/number'
import type { Today } from '../types'
import { Icon } from '../ui/icons'

type All = Today['numbers']
const order = ['joined', 'opened', 'claimed', 'redeemed'] as const satisfies (keyof All)[]

/** Numbers are the four figures of the week, each with its change: in words, with a sign and with an arrow. */
export function Numbers({ numbers }: { numbers: All }) {
  const { t } = useText()
  return (
    <section aria-label={t('today.week')}>
      <p className="section-label">{t('today.week')}</p>
      <dl className="numbers">
        {order.map((name) => <Figure key={name} label={`today.${name}`} value={numbers[name].value} before={numbers[name].before} />)}
      </dl>
    </section>
  )
}

function Figure({ label, value, before }: { label: Key; value: number; before: number }) {
  const { t, lang } = useText()
  return (
    <div className="card figure">
      <dt>{t(label)}</dt>
      <dd className="figure-value">{count(value, lang)}</dd>
      <dd className="figure-change"><Change value={value} before={before} /><span className="muted">{t('today.before', { n: count(before, lang) })}</span></dd>
    </div>
  )
}

function Change({ value, before }: { value: number; before: number }) {
  const { t, lang } = useText()
  const by = value - before
  if (by === 0) return <span className="muted">{t('today.same')}</span>
  const up = by > 0
  const size = count(Math.abs(by), lang)
  const percent = before > 0 ? ` (${up ? '+' : '−'}${share(Math.abs(by), before, lang)})` : ''
  return (
    <span className={up ? 'good' : 'bad'}>
      <Icon name={up ? 'up' : 'down'} size={14} />
      <span className="sr">{t(up ? 'today.up' : 'today.down', { n: size })}</span>
      <span aria-hidden="true">{up ? '+' : '−'}{size}{percent}</span>
    </span>
  )
}
