import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import type { Task } from '../../types'
import { Icon } from '../../ui/icons'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { useTasks } from './api'
import { folded, inOrder, standing } from './standing'
import { Unknown } from './unknown'
import { room } from './words'

/** TaskList is what waits to be posted, the most pressing first. */
export function TaskList() {
  const w = useWords(room)
  const { now } = useWhen()
  const tasks = useTasks()
  const data = tasks.data
  const mine = inOrder(data?.tasks.filter((task) => task.kind === 'ordinary') ?? [], now)
  const theirs = data?.tasks.filter((task) => task.kind === 'wecom') ?? []
  return (
    <Page title={w('title')} live={data && (tasks.isError ? 'stale' : 'fresh')} sub={mine.length > 0 && w('sub', { n: mine.length })}>
      {!data && tasks.isError && <Failed error={tasks.error} retry={() => void tasks.refetch()} />}
      {!data && !tasks.isError && <Waiting />}
      {data && (
        <div className="stack">
          {mine.length === 0
            ? <div className="card"><Empty icon="send" title={w('empty')} text={w('emptyText')} /></div>
            : <ul className="card task-list">{mine.map((task) => <TaskRow key={task.id} task={task} />)}</ul>}
          <Unknown />
          <WithOwners tasks={theirs} />
          <Stopped tasks={data.stopped ?? []} />
        </div>
      )}
    </Page>
  )
}

function TaskRow({ task }: { task: Task }) {
  const w = useWords(room)
  const { now, say } = useWhen()
  const at = standing(task, now)
  return (
    <li className="task-row" data-task={task.id} data-standing={at}>
      <div>
        <Link to={`/tasks/${task.id}`} className="strong">{task.group_name}</Link>
        <p className="muted small">{[task.brand_name, task.offer_title].filter(Boolean).join(' · ')}</p>
      </div>
      <span className={`tag ${at === 'post' ? 'warn' : at === 'over' ? 'bad' : ''}`}>
        {w(`row.${at}`, { when: say(at === 'early' ? task.from_at : task.due_at, task.zone) })}
      </span>
      <Icon name="right" size={16} />
    </li>
  )
}

/** WithOwners lists what WeCom has asked the owners for, one question a line with all its groups; there is nothing to do about it here. */
function WithOwners({ tasks }: { tasks: Task[] }) {
  const w = useWords(room)
  const { now, say } = useWhen()
  if (tasks.length === 0) return null
  return (
    <section className="card" aria-labelledby="with-owners">
      <h2 id="with-owners">{w('wecom.title')}</h2>
      <p className="muted small">{w('wecom.text')}</p>
      <ul className="task-folds">
        {folded(tasks).map(([first, ...rest]) => first && (
          <li key={first.id}>
            <p className="strong">{[first.brand_name, first.offer_title].filter(Boolean).join(' · ')}</p>
            <p className="tags">
              {[first, ...rest].map((task) => <span key={task.id} className="tag">{task.group_name}</span>)}
              <span className={`tag ${first.due_at < now ? 'bad' : 'warn'}`}>{w(first.due_at < now ? 'row.over' : 'row.post', { when: say(first.due_at, first.zone) })}</span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Stopped are tasks that were taken back lately: whoever has one before her must see that. */
function Stopped({ tasks }: { tasks: Task[] }) {
  const w = useWords(room)
  const { t } = useText()
  if (tasks.length === 0) return null
  return (
    <section className="card" aria-labelledby="stopped-tasks">
      <h2 id="stopped-tasks">{w('stopped.title')}</h2>
      <p className="muted small">{w('stopped.text')}</p>
      <ul className="task-folds">
        {tasks.map((task) => (
          <li key={task.id} data-task={task.id}>
            <p className="strong">{task.kind === 'ordinary' ? <Link to={`/tasks/${task.id}`} className="link strong">{task.group_name}</Link> : task.group_name}</p>
            <p className="muted small">{[task.brand_name, task.offer_title, t(`kind.${task.kind}`)].filter(Boolean).join(' · ')}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
