import { Link } from 'wouter'
import { type Key, useText } from '../text'
import type { Task, Today } from '../types'
import { Icon } from '../ui/icons'
import { useWhen } from '../ui/viewer'
import { WarningNeeds } from './warnings'

/** How many posts are named before the rest is only counted. */
const shown = 5

/** Needs is everything that waits for the organiser, the most pressing first. */
export function Needs({ today }: { today: Today }) {
  const { t } = useText()
  const tasks = [...today.tasks].sort((a, b) => a.due_at - b.due_at)
  const byHand = tasks.filter((task) => task.kind === 'ordinary')
  const nothing = today.approvals === 0 && byHand.length === 0 && today.dead_jobs === 0 && today.warnings === 0
  return (
    <section className="card" aria-labelledby="needs">
      <h2 id="needs">{t('today.needs')}</h2>
      {nothing && (
        <div className="calm">
          <span className="state-icon"><Icon name="leaf" size={20} /></span>
          <div><p className="strong">{t('today.clear')}</p><p className="muted">{t('today.clearText')}</p></div>
        </div>
      )}
      {today.dead_jobs > 0 && (
        <div className="need warn">
          <Icon name="alert" size={20} />
          <div><p className="strong">{t('today.dead', { n: today.dead_jobs })}</p><p className="muted">{t('today.deadText')}</p></div>
          <Link to="/system/jobs" className="button">{t('warn.go')}</Link>
        </div>
      )}
      {today.approvals > 0 && (
        <div className="need">
          <Icon name="approvals" size={20} />
          <div>
            <p className="strong">{t('today.approvals', { n: today.approvals })}</p>
            <p className="muted">{t('today.approvalsText')}</p>
          </div>
          <Link to="/approvals" className="button primary">{t('today.review')}</Link>
        </div>
      )}
      {today.warnings > 0 && <WarningNeeds />}
      {byHand.slice(0, shown).map((task) => <HandPost key={task.id} task={task} />)}
      {byHand.length > shown && <div className="need"><Link to="/tasks" className="link">{t('warn.more', { n: byHand.length - shown })}</Link></div>}
    </section>
  )
}

/** Due is until when a post may be made, or from when. */
function Due({ task }: { task: Task }) {
  const { t } = useText()
  const { now, say } = useWhen()
  const [key, at]: [Key, number] = task.due_at < now ? ['task.over', task.due_at] : task.from_at > now ? ['task.early', task.from_at] : ['task.due', task.due_at]
  return <span className={key === 'task.over' ? 'tag bad' : key === 'task.due' ? 'tag warn' : 'tag'}>{t(key, { when: say(at, task.zone) })}</span>
}

/** HandPost is a post that is forwarded by hand, since an ordinary group has no API. */
function HandPost({ task }: { task: Task }) {
  const { t } = useText()
  return (
    <div className="need task">
      <Icon name="send" size={20} />
      <div>
        <p className="strong">{t('task.post', { group: task.group_name })}</p>
        <p className="tags"><span className="muted">{[task.brand_name, task.offer_title].filter(Boolean).join(' · ')}</span><Due task={task} /></p>
      </div>
      <Link to={`/tasks/${task.id}`} className="button primary" aria-label={`${t('task.go')}: ${task.group_name}`}>{t('task.go')}</Link>
    </div>
  )
}
