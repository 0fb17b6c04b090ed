import { useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import type { Task } from '../../types'
import { copyText } from '../../ui/copy'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { Empty } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { isReason } from '../why'
import { useTasks } from './api'
import { standing } from './standing'
import { told } from './told'
import { Cannot, Posted } from './word'
import { room } from './words'

/** TaskPage is one post to make by hand: what to copy, what to forward, and where to say that it is done. */
export function TaskPage({ id }: { id: string }) {
  const w = useWords(room)
  const tasks = useTasks()
  const task = [...(tasks.data?.tasks ?? []), ...(tasks.data?.stopped ?? [])].find((x) => x.id === id)
  const [done, setDone] = useState<Task>()
  const shown = done ?? task
  return (
    <Page title={shown?.group_name ?? w('title')} sub={shown && [shown.brand_name, shown.offer_title].filter(Boolean).join(' · ')}
      actions={<Link to="/tasks" className="button">{w('all')}</Link>}>
      <Loaded query={tasks}>
        {() => shown ? <Hand task={shown} onDone={setDone} /> : (
          <div className="card"><Empty icon="check" title={w('gone')} text={w('goneText')}><Link to="/tasks" className="button">{w('all')}</Link></Empty></div>
        )}
      </Loaded>
    </Page>
  )
}

function Hand({ task, onDone }: { task: Task; onDone: (task: Task) => void }) {
  const { now } = useWhen()
  const at = standing(task, now)
  const w = useWords(room)
  const open = at === 'post' || at === 'early'
  const last = 2 + Number(Boolean(task.picture_url)) + Number(Boolean(task.card_path))
  return (
    <div className="stack hand" data-standing={at}>
      <Verdict task={task} />
      {open && task.page_url && <OnPhone task={task} url={task.page_url} />}
      {open && <TextStep task={task} />}
      {open && task.picture_url && <PictureStep url={task.picture_url} n={2} />}
      {open && task.card_path && <CardStep task={task} n={task.picture_url ? 3 : 2} />}
      {at !== 'done' && (
        <section className="card hand-step" aria-labelledby="said">
          <h2 id="said">{open ? w('step.say', { n: last }) : w('step.sayLate')}</h2>
          <p className="muted">{w(open ? 'step.sayText' : 'step.sayLateText')}</p>
          <div className="actions hand-words">
            <Posted task={task} onDone={onDone} />
            {open && <Cannot task={task} onDone={onDone} />}
          </div>
        </section>
      )}
      <Tellings task={task} />
    </div>
  )
}

/** Verdict says in large letters whether this may be posted now. */
function Verdict({ task }: { task: Task }) {
  const w = useWords(room)
  const { t } = useText()
  const { now, say } = useWhen()
  const at = standing(task, now)
  const times = { from: say(task.from_at, task.zone), until: say(task.due_at, task.zone), at: say(task.posted_at, task.zone) }
  const tone = { post: 'good', early: 'warn', over: 'bad', stopped: 'bad', done: 'good' }[at]
  const reason = task.reason ?? ''
  return (
    <section className={`hand-verdict ${tone}`} role="status">
      <Icon name={at === 'post' || at === 'done' ? 'check' : at === 'early' ? 'clock' : 'stop'} size={22} />
      <div>
        <p className="hand-main">{w(`verdict.${at}`, times)}</p>
        <p>{at === 'stopped' && isReason(reason) ? w('verdict.because', { why: t(`why.${reason}`) }) : w(at === 'post' && !task.card_path ? 'verdict.postAlone' : `verdict.${at}Text`, times)}</p>
      </div>
    </section>
  )
}

/** OnPhone leads to the same task on the phone with which it is posted: its page needs no sign-in there. */
function OnPhone({ task, url }: { task: Task; url: string }) {
  const w = useWords(room)
  const tell = useTell()
  const [shown, setShown] = useState(false)
  const copy = async () => { const ok = await copyText(url); tell(w(ok ? 'phone.copied' : 'notCopied'), ok ? 'good' : 'bad') }
  return (
    <details className="card on-phone" onToggle={(e) => setShown(e.currentTarget.open)}>
      <summary>{w('phone.title')}</summary>
      <div>
        {shown && <img className="qr" src={`/api/console/v1/tasks/${task.id}/page.png`} alt={w('phone.alt')} width={180} height={180} />}
        <div>
          <p className="muted">{w('phone.text')}</p>
          <div className="actions">
            <a className="button" href={url} target="_blank" rel="noreferrer">{w('phone.open')}</a>
            <button type="button" className="button" onClick={() => void copy()}>{w('phone.copy')}</button>
          </div>
        </div>
      </div>
    </details>
  )
}

function TextStep({ task }: { task: Task }) {
  const w = useWords(room)
  const tell = useTell()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    const ok = await copyText(task.text)
    setCopied(ok)
    tell(w(ok ? 'copied' : 'notCopied'), ok ? 'good' : 'bad')
  }
  return (
    <section className="card hand-step" aria-labelledby="text">
      <h2 id="text">{w('step.text', { n: 1 })}</h2>
      <blockquote className="copy">{task.text}</blockquote>
      <button type="button" className={copied ? 'button' : 'button primary'} onClick={() => void copy()}>
        <Icon name={copied ? 'check' : 'copy'} />{w(copied ? 'copyAgain' : 'copy')}
      </button>
    </section>
  )
}

function PictureStep({ url, n }: { url: string; n: number }) {
  const w = useWords(room)
  return (
    <section className="card hand-step" aria-labelledby="picture">
      <h2 id="picture">{w('step.picture', { n })}</h2>
      <img className="hand-picture" src={url} alt={w('step.pictureAlt')} />
      <a className="button" href={url} download>{w('savePicture')}</a>
    </section>
  )
}

function CardStep({ task, n }: { task: Task; n: number }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const copy = async () => {
    const ok = await copyText(task.card_path)
    tell(w(ok ? 'cardCopied' : 'notCopied'), ok ? 'good' : 'bad')
  }
  return (
    <section className="card hand-step" aria-labelledby="card">
      <h2 id="card">{w('step.card', { n })}</h2>
      <div className="hand-card">
        <div className="mini-card">
          <p className="mini-title">{task.card_title || task.offer_title}</p>
          <div className="mini-picture" aria-hidden="true"><span>{t('card.open')}</span></div>
          <p className="mini-foot">{t('card.app')}</p>
        </div>
        <p className="muted">{w('step.cardText')}</p>
      </div>
      <details className="given">
        <summary>{w('cardPath')}</summary>
        <p className="path"><code>{task.card_path}</code><button type="button" className="link" onClick={() => void copy()}>{w('copyPath')}</button></p>
      </details>
    </section>
  )
}

/** Tellings say who was told of this task and how, or why nobody could be. */
function Tellings({ task }: { task: Task }) {
  const w = useWords(room)
  const { say } = useWhen()
  if (task.told.length === 0) return null
  return (
    <section className="card" aria-labelledby="told">
      <h2 id="told">{w('told.title')}</h2>
      <ul className="told">{task.told.map((one, i) => <li key={i} className="small muted">{told(one, say(one.at, task.zone), w)}</li>)}</ul>
    </section>
  )
}
