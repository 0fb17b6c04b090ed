import { Link } from 'wouter'
import { useGroups } from '../../api'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Icon } from '../../ui/icons'
import { Loaded, More } from '../../ui/list'
import { Empty } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { type Entry, useEntries, useVideos } from './api'
import { SlotUse } from './slots'
import { room } from './words'

/** EntryList is every tracked way in with what came of it, the newest first. */
export function EntryList() {
  const w = useWords(room)
  const entries = useEntries()
  const titled = useTitles()
  const add = <Link to="/codes/entries/new" className="button primary"><Icon name="plus" />{w('entry.new')}</Link>
  return (
    <Loaded query={entries}>
      {({ pages }) => {
        const all = pages.flat()
        if (all.length === 0) return <div className="card"><Empty icon="codes" title={w('entry.empty')} text={w('entry.emptyText')}>{add}</Empty></div>
        return (
          <>
            <div className="actions">{add}</div>
            <section className="card" aria-label={w('entries')}>
              <ul className="entries">{all.map((e) => <EntryRow key={e.id} entry={e} title={titled(e)} />)}</ul>
            </section>
            <More query={entries} />
            <SlotUse />
          </>
        )
      }}
    </Loaded>
  )
}

/** useTitles names an entry by its video, or where it is. */
export function useTitles() {
  const w = useWords(room)
  const videos = useVideos().data
  return (e: Entry) => e.label || videos?.find((v) => v.id === e.video_id)?.title || w('entry.unnamed', { code: e.code })
}

/** Carriers are the forms in which an entry can be passed on. */
export function Carriers({ entry }: { entry: Entry }) {
  const w = useWords(room)
  const has = [
    w('entry.page'),
    entry.qr !== '' && w(`entry.${entry.qr}`),
    entry.mini_code && w('entry.mini'),
    entry.link_ends_at > 0 && w('entry.link'),
  ].filter((x): x is string => x !== false)
  return <span className="tags">{has.map((x) => <span key={x} className="tag">{x}</span>)}</span>
}

/** Counts are how many came through an entry. */
export function Counts({ entry, explained = false }: { entry: Entry; explained?: boolean }) {
  const w = useWords(room)
  const { lang } = useText()
  const groups = useGroups().data
  // An ordinary group tells of nobody who joins; a nought would be a lie.
  const silent = groups?.find((g) => g.id === entry.group_id)?.kind === 'ordinary'
  return (
    <dl className={explained ? 'counts explained' : 'counts'}>
      {(['visits', 'scans', 'joins'] as const).map((kind) => (
        <div key={kind}>
          <dt>{w(`entry.${kind}`)}</dt>
          <dd>{kind === 'joins' && silent && entry.joins === 0 ? '—' : count(entry[kind], lang)}{explained && <small>{w(`entry.${kind}How`)}</small>}</dd>
        </div>
      ))}
    </dl>
  )
}

function EntryRow({ entry, title }: { entry: Entry; title: string }) {
  const w = useWords(room)
  const { say } = useWhen()
  const over = entry.retired_at > 0
  return (
    <li className="entry-row" data-over={over || undefined}>
      <div>
        <p><Link to={`/codes/entries/${entry.id}`} className="strong entry-name">{title}</Link>{over && <span className="tag">{w('entry.retired')}</span>}</p>
        <p className="muted small">{w('entry.leads', { name: entry.leads_to })} · {w('entry.created', { when: say(entry.created_at) })}</p>
        {!over && <Carriers entry={entry} />}
      </div>
      <Counts entry={entry} />
    </li>
  )
}
