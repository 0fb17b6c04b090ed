import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Loaded, More } from '../../ui/list'
import { Empty, told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Job, useDeadJobs, useRevive, useReviveAll, useSystem } from './api'
import { nameOf } from './names'
import { All, Figures, Told } from './parts'
import { room } from './words'

/** Jobs shows the work that failed so often that it was stopped. */
export function Jobs() {
  const w = useWords(room)
  const dead = useSystem().data?.jobs.dead ?? 0
  const jobs = useDeadJobs()
  const all = useReviveAll()
  return (
    <div className="stack">
      <p className="sys-lead">{w('jobs.lead')}</p>
      <Totals />
      <section className="card" aria-labelledby="jobs">
        <div className="sys-bar">
          <h2 id="jobs">{w('jobs.list')}</h2>
          {dead > 1 && (
            <All label={w('jobs.reviveAll')} title={w('jobs.reviveAllTitle')} text={w('jobs.reviveAllText')} act={all}
              done={(n) => (n > 0 ? w('jobs.revived', { n }) : w('jobs.nothing'))} />
          )}
        </div>
        <Loaded query={jobs}>
          {({ pages }) => {
            const rows = pages.flat()
            if (rows.length === 0) return <Empty icon="check" title={w('jobs.none')} text={w('jobs.noneText')} />
            return <ul className="sys-rows">{rows.map((j) => <JobRow key={j.id} job={j} />)}</ul>
          }}
        </Loaded>
        <More query={jobs} />
      </section>
    </div>
  )
}

function Totals() {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  const system = useSystem()
  return (
    <Loaded query={system}>
      {({ jobs: j }) => (
        <Figures all={[
          { label: w('jobs.due'), value: count(j.due, lang) },
          { label: w('jobs.next'), value: j.next_at > 0 ? say(j.next_at) : w('jobs.nextNone') },
          { label: w('jobs.dead'), value: count(j.dead, lang), tone: j.dead > 0 ? 'warn' : undefined },
        ]} />
      )}
    </Loaded>
  )
}

function JobRow({ job }: { job: Job }) {
  const w = useWords(room)
  const { t, lang } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const revive = useRevive()
  const go = async () => {
    if (await revive.do(job.id)) tell(w('job.reviving'))
  }
  return (
    <li className="sys-row">
      <div className="sys-row-words">
        <p className="strong">{nameOf('jobs', job.kind, lang)}<code className="muted">{job.kind}</code></p>
        <p className="muted small">{w('job.tried', { n: job.attempts })}{job.done_at > 0 && ` · ${w('job.gaveUp', { when: say(job.done_at) })}`}</p>
        {job.kind === 'push.process' && <p className="small"><Link to="/system/pushes">{w('job.push')}</Link></p>}
        <Told label={w('job.error')} text={job.last_error} />
        {revive.error ? <p className="field-error" role="alert">{told(revive.error, t)}</p> : null}
      </div>
      <div className="actions">
        <button type="button" className="button" disabled={revive.isPending} onClick={() => void go()}>{w('job.revive')}</button>
      </div>
    </li>
  )
}
