import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { at, call, client, refresh } from '../../api'
import type { components } from '../../schema'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Loaded, More } from '../../ui/list'
import { Empty } from '../../ui/states'
import { HealthLimits } from './limits'
import { useOwner } from '../../ui/viewer'
import { room } from './words'

type Schemas = components['schemas']
type Health = Schemas['GroupHealth']
export type Grade = Schemas['Grade']

const tone = { good: 'good', watch: 'warn', bad: 'bad', unknown: '' } as const

/** GradeTag says in a word how a group is doing. */
export function GradeTag({ grade }: { grade: Grade | '' }) {
  const w = useWords(room)
  if (grade === '') return null
  return <span className={`tag ${tone[grade]}`} data-grade={grade}>{w(`health.${grade}`)}</span>
}

const useHealth = (id: string) =>
  useQuery({ queryKey: ['health', id], queryFn: () => call(client.GET('/api/console/v1/groups/{id}/health', at(id))), refetchInterval: refresh })

const useHealths = () =>
  useInfiniteQuery({
    queryKey: ['health'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => call(client.GET('/api/console/v1/health', { params: { query: { after: pageParam, limit: 50 } } })),
    getNextPageParam: (last) => last.next || undefined,
    refetchInterval: refresh,
  })

/** GroupHealth is how one group is doing, sign by sign, with what can be done about it. */
export function GroupHealth({ id }: { id: string }) {
  const w = useWords(room)
  const health = useHealth(id)
  return (
    <section className="card" aria-labelledby="health">
      <h2 id="health">{w('health.title')}</h2>
      <Loaded query={health}>
        {(h) => (
          <>
            <p className="tags"><GradeTag grade={h.grade} /></p>
            <Signs all={h.signs} />
            <Flows health={h} />
          </>
        )}
      </Loaded>
    </section>
  )
}

/** Signs are listed each with its value, what it is held against, and what to do; there is no number without a reason. */
function Signs({ all }: { all: Health['signs'] }) {
  const w = useWords(room)
  const told = all.filter((s) => s.grade === 'bad' || s.grade === 'watch')
  const rest = all.filter((s) => s.grade !== 'bad' && s.grade !== 'watch')
  const list = (signs: Health['signs']) => (
    <ul className="signs">
      {signs.map((s) => (
        <li key={s.sign} data-sign={s.sign}>
          <p><GradeTag grade={s.grade} />{s.text}</p>
          {s.advice && <p className="muted small">{s.advice}</p>}
        </li>
      ))}
    </ul>
  )
  return (
    <>
      {told.length === 0 ? <p className="muted">{w('health.nothing')}</p> : list(told)}
      {rest.length > 0 && <details className="given"><summary>{w('health.rest')}<small>{rest.length}</small></summary>{list(rest)}</details>}
    </>
  )
}

function Flows({ health }: { health: Health }) {
  const w = useWords(room)
  const { lang } = useText()
  const rows = [['d1', 'health.d1'], ['d7', 'health.d7'], ['d28', 'health.d28']] as const
  return (
    <table className="flows">
      <caption className="sr">{w('health.flows')}</caption>
      <thead><tr><td /><th scope="col">{w('health.joins')}</th><th scope="col">{w('health.quits')}</th><th scope="col">{w('health.removals')}</th><th scope="col">{w('health.net')}</th></tr></thead>
      <tbody>
        {rows.map(([key, label]) => {
          const f = health.numbers[key]
          return <tr key={key}><th scope="row">{w(label)}</th>{[f.joins, f.quits, f.removals].map((n, i) => <td key={i}>{count(n, lang)}</td>)}<td className="strong">{f.net > 0 ? `+${f.net}` : f.net}</td></tr>
        })}
      </tbody>
    </table>
  )
}

/** HealthList is every group, the worst first, with why. */
export function HealthList() {
  const w = useWords(room)
  const health = useHealths()
  const owner = useOwner()
  return (
    <Loaded query={health}>
      {({ pages }) => {
        const first = pages[0]
        const all = pages.flatMap((p) => p.groups)
        if (!first || all.length === 0) return <div className="card"><Empty icon="leaf" title={w('health.none')} text={w('health.noneText')}>{owner && <HealthLimits />}</Empty></div>
        return (
          <div className="stack">
            <p className="tags health-sum">
              {(['bad', 'watch', 'good', 'unknown'] as const).map((g) => first[g] > 0 && <span key={g} className={`tag ${tone[g]}`}>{w(`health.${g}`)} {first[g]}</span>)}
              <a className="link" href="/api/console/v1/health/export" download>{w('health.export')}</a>
              {owner && <HealthLimits />}
            </p>
            <ul className="card health-list">
              {all.map((h) => (
                <li key={h.group_id} data-group={h.group_id}>
                  <p><GradeTag grade={h.grade} /><Link to={`/groups/${h.group_id}`} className="link strong">{h.name}</Link></p>
                  {h.signs.map((s) => <p key={s.sign} className="small">{s.text}{s.advice && <span className="muted"> {s.advice}</span>}</p>)}
                </li>
              ))}
            </ul>
            <More query={health} />
          </div>
        )
      }}
    </Loaded>
  )
}
