import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { fatigueWords } from './fatiguewords'
import type { Learnt } from './types'

type Key = keyof (typeof fatigueWords)['en']

/** How a learnt value is shown: times what, with how many decimals, in which words, on a scale up to where. */
const shows: Record<string, { times: number; digits: number; unit: Key; most?: number }> = {
  fatigue: { times: 1, digits: 0, unit: 'u.percent', most: 100 },
  exposure: { times: 1, digits: 1, unit: 'u.posts' },
  base: { times: 1000, digits: 2, unit: 'u.people' },
  sensitivity: { times: 1000, digits: 2, unit: 'u.people' },
  recovery: { times: 1, digits: 0, unit: 'u.days' },
  linear: { times: 100, digits: 0, unit: 'u.percent', most: 100 },
  click_rate: { times: 1000, digits: 1, unit: 'u.people' },
  match: { times: 1, digits: 2, unit: 'u.times' },
}

/** Values lists what was learnt, each with the range it lies in and what it was learnt from. */
export function Values({ values }: { values: Learnt[] }) {
  const w = useWords(fatigueWords)
  const { lang } = useText()
  return (
    <section className="card" aria-labelledby="values">
      <h2 id="values">{w('values')}<small>{w('values.hint')}</small></h2>
      <dl className="fatigue-values">
        {values.map((v, i) => {
          const how = shows[v.name] ?? { times: 1, digits: 2, unit: 'u.posts' as Key }
          const say = (x: number) => w(how.unit, { n: (x * how.times).toLocaleString(lang === 'en' ? 'en' : 'zh-CN', { maximumFractionDigits: how.digits }) })
          const most = (how.most ?? Math.max(v.high * how.times, v.value * how.times) * 1.25) || 1
          const at = (x: number) => `${Math.max(0, Math.min(100, ((x * how.times) / most) * 100))}%`
          const label = `v.${v.name}`
          return (
            <div key={i} data-value={v.name}>
              <dt>{Object.hasOwn(fatigueWords.en, label) ? w(label as Key) : v.words}</dt>
              <dd className="fatigue-value"><strong>{say(v.value)}</strong></dd>
              <dd className="fatigue-range" aria-hidden="true"><i style={{ left: at(v.low), right: `calc(100% - ${at(v.high)})` }} /><b style={{ left: at(v.value) }} /></dd>
              <dd className="muted small">{say(v.low)} – {say(v.high)} · {v.evidence > 0 && Object.hasOwn(fatigueWords.en, `from.${v.of}`) ? w(`from.${v.of}` as Key, { n: count(Math.round(v.evidence), lang) }) : w('prior')}</dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}
