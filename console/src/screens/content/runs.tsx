import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { Loaded, More } from '../../ui/list'
import { useWhen } from '../../ui/viewer'
import { isReason } from '../why'
import { type Piece, type Run, useRuns } from './api'
import { room } from './words'

const tone = { planned: '', handed: 'warn', posted: 'good', unposted: 'bad', missed: 'bad', cancelled: '' } as const
const own = ['not_running', 'piece_paused', 'piece_ended', 'piece_changed'] as const

/** inOrder puts what is to come before what was, each beginning with what is nearest to now. */
function inOrder(runs: Run[]): Run[] {
  const ahead = runs.filter((run) => run.state === 'planned').sort((a, b) => a.due_at - b.due_at)
  return [...ahead, ...runs.filter((run) => run.state !== 'planned')]
}

/** Runs are when and where a piece will go out, and when it did. */
export function Runs({ piece }: { piece: Piece }) {
  const w = useWords(room)
  const runs = useRuns(piece.id)
  return (
    <section className="card" aria-labelledby="runs">
      <h2 id="runs">{w('runs')}</h2>
      <Loaded query={runs}>
        {({ pages }) => {
          const all = inOrder(pages.flatMap((p) => p.runs))
          return all.length === 0 ? <p className="muted">{w('runs.none')}</p> : (
            <>
              <ul className="posts runs">{all.map((run) => <RunRow key={run.id} run={run} />)}</ul>
              <More query={runs} />
            </>
          )
        }}
      </Loaded>
    </section>
  )
}

function RunRow({ run }: { run: Run }) {
  const w = useWords(room)
  const { t } = useText()
  const { say } = useWhen()
  const reason = own.find((r) => r === run.reason)
  const why = reason ? w(`reason.${reason}`) : isReason(run.reason) ? t(`why.${run.reason}`) : ''
  return (
    <li data-run={run.id} data-state={run.state}>
      <p className="post-title"><span className={`tag ${tone[run.state]}`}>{w(`run.${run.state}`)}</span><Link to={`/groups/${run.group_id}`} className="link">{run.group_name}</Link></p>
      <p className="muted">
        {run.posted_at > 0 ? w('run.postedAt', { when: say(run.posted_at, run.zone) }) : w('run.window', { from: say(run.from_at, run.zone), to: say(run.until_at, run.zone) })}
        {why && ` · ${why}`}
      </p>
      {run.state === 'handed' && run.task_id && run.task_id !== '0' && <Link to={`/tasks/${run.task_id}`} className="link small">{w('run.task')}</Link>}
    </li>
  )
}
