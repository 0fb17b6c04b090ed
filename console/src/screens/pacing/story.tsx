import { Link } from 'wouter'
import { useGroups } from '../../api'
import { useText, useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { Failed, Waiting } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { useDecision, useStory } from './api'
import { Reasons } from './reasonlist'
import { usePlainWhy } from './reasons'
import { storyWords } from './storywords'
import type { Story } from './types'
import { pacingWords } from './words'

/** StoryPage is one post in one group: why it waits, when it may go, and what happened to it so far. */
export function StoryPage({ id }: { id: string }) {
  const w = useWords(storyWords)
  const p = useWords(pacingWords)
  const story = useStory(id)
  const back = <Link to="/groups" className="button"><Icon name="left" />{p('back')}</Link>
  if (!story.data) {
    return <Page title={w('title')} actions={back}>{story.isError ? <Failed error={story.error} retry={() => void story.refetch()} /> : <Waiting />}</Page>
  }
  const s = story.data
  return (
    <Page title={s.offer_title} sub={`${s.brand_name} · ${s.group_name}`} actions={back}>
      <div className="pacing-story">
        <Now story={s} />
        <Course story={s} />
        <Card story={s} />
      </div>
    </Page>
  )
}

const tones: Record<string, string> = { planned: '', held: 'warn', reserved: '', tasked: 'warn', confirmed: 'good', late: 'bad', released: '', lapsed: '' }

function Now({ story }: { story: Story }) {
  const w = useWords(storyWords)
  const { say } = useWhen()
  const zone = useGroups().data?.find((g) => g.id === story.group_id)?.zone
  return (
    <section className="card story-now" aria-labelledby="now" data-state={story.state}>
      <h2 id="now">{w('now')}</h2>
      <p className="tags"><span className={`tag ${tones[story.state] ?? ''}`}>{w(`state.${story.state}`)}</span></p>
      {story.sent_at > 0 && <p>{w('sentAt', { when: say(story.sent_at, zone) })}</p>}
      {(story.state === 'reserved' || story.state === 'tasked') && <p>{w('window', { from: say(story.s, zone), to: say(story.e, zone) })}</p>}
      {story.now && <Asked story={story} zone={zone} />}
      {!story.now && story.reasons.length > 0 && <Old reasons={story.reasons} />}
      <p className="group-links">
        <Link to={`/pacing/calendar?group=${story.group_id}`} className="link">{w('toCalendar')}</Link>
        <Link to={`/pacing?group=${story.group_id}`} className="link">{w('toRules')}</Link>
      </p>
    </section>
  )
}

/** Asked is what the rules say right now. */
function Asked({ story, zone }: { story: Story; zone?: string }) {
  const w = useWords(storyWords)
  const { say, now } = useWhen()
  const decision = useDecision(story.group_id, story.offer_id)
  return (
    <Loaded query={decision}>
      {(d) => (
        <>
          <p className="fact-label">{w('next')}</p>
          <p className={d.allow ? 'fact-value good' : 'fact-value'}>
            {d.allow || (d.next_at > 0 && d.next_at <= now) ? w('next.now') : d.next_at > 0 ? say(d.next_at, zone)
              : w(d.reasons.includes('offer_ended') ? 'next.ended' : 'next.never')}
          </p>
          {d.allow && <p className="muted">{w('free')}</p>}
          <Reasons decision={d} zone={zone} />
        </>
      )}
    </Loaded>
  )
}

function Old({ reasons }: { reasons: string[] }) {
  const w = useWords(storyWords)
  const why = usePlainWhy()
  return <><p className="fact-label">{w('because')}</p><ul className="story-reasons">{reasons.map((r) => <li key={r}>{why(r)}</li>)}</ul></>
}

type Point = Omit<Story['events'][number], 'state'> & { state?: Story['state']; answer?: Story['answers'][number] }

/** Course is everything that happened to a post and every answer it got, the newest first. */
function Course({ story }: { story: Story }) {
  const w = useWords(storyWords)
  const { lang } = useText()
  const { say } = useWhen()
  const why = usePlainWhy()
  const zone = useGroups().data?.find((g) => g.id === story.group_id)?.zone
  const sep = lang === 'en' ? '; ' : '；'
  // A change of its state and the answer that led to it are one thing to a reader.
  const answers = [...story.answers]
  const points: Point[] = story.events.map((e) => {
    const i = answers.findIndex((a) => a.at === e.at)
    return { ...e, answer: i < 0 ? undefined : answers.splice(i, 1)[0] }
  })
  points.push(...answers.map((answer) => ({ at: answer.at, reasons: answer.reasons, s: 0, e: 0, answer })))
  points.sort((a, b) => b.at - a.at)
  return (
    <section className="card" aria-labelledby="course">
      <h2 id="course">{w('course')}</h2>
      <ol className="story-course">
        {points.map((p, i) => (
          <li key={i}>
            <p className="story-when">{say(p.at, zone)}</p>
            <div>
              {p.state ? <p><span className={`tag ${tones[p.state] ?? ''}`}>{w(`state.${p.state}`)}</span></p> : <p>{w(p.answer?.allow ? 'asked.yes' : 'asked.no')}</p>}
              {p.reasons.length > 0 && <p className="muted">{p.reasons.map(why).join(sep)}</p>}
              {p.answer && !p.answer.allow && p.answer.next_at > 0 && <p className="muted">{w('asked.next', { when: say(p.answer.next_at, zone) })}</p>}
              {p.s > 0 && (p.state === 'reserved' || p.state === 'tasked') && <p className="muted">{w('window', { from: say(p.s, zone), to: say(p.e, zone) })}</p>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Card says what kind of card goes with the post, whether it changes in place, and why that kind. */
function Card({ story }: { story: Story }) {
  const w = useWords(storyWords)
  const { say } = useWhen()
  const { card } = story
  return (
    <section className="card" aria-labelledby="story-card">
      <h2 id="story-card">{w('card')}</h2>
      <p className="strong">{w(`card.${card.kind}`)}</p>
      {card.state !== '' && <p className="muted small">{w(`card.state.${card.state}`, { when: say(card.expires_at) })}{card.updated_at > 0 && ` · ${w('card.updated', { when: say(card.updated_at) })}`}</p>}
      {card.why.length > 0 && <><p className="small">{w('card.why')}</p><ul className="story-card-why small muted">{card.why.map((r) => <li key={r.code}>{r.text}</li>)}</ul></>}
    </section>
  )
}
