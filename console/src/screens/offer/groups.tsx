import { useEffect, useState } from 'react'
import { useText, useWords } from '../../text'
import type { Offer } from '../../types'
import { Ask } from '../../ui/ask'
import { describe, Field } from '../../ui/form'
import { More } from '../../ui/list'
import { Failed, told, Waiting } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useOwner } from '../../ui/viewer'
import { type OfferGroup, useChoose, useOfferGroups } from './api'
import { room } from './words'

const tones = { open: '', approved: 'good', refused: 'bad' } as const

/** Groups are what was decided about an offer in each group. */
export function Groups({ offer }: { offer: Offer }) {
  const w = useWords(room)
  const owner = useOwner()
  const query = useOfferGroups(offer.id, 50)
  const [choosing, setChoosing] = useState(false)
  const all = query.data?.pages.flatMap((p) => p.groups)
  const can = owner && (offer.state === 'submitted' || offer.state === 'approved')
  return (
    <section className="card" aria-labelledby="offer-groups">
      <div className="card-head">
        <h2 id="offer-groups">{w('groups')}</h2>
        {can && all && all.length > 0 && <button type="button" className="button" onClick={() => setChoosing(true)}>{w('groups.choose')}</button>}
      </div>
      {!all && (query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Waiting />)}
      {all?.length === 0 && <p className="muted">{w('groups.none')}</p>}
      <ul className="offer-groups">
        {all?.map((g) => (
          <li key={g.group_id} data-choice={g.choice}>
            <p><span className="strong">{g.group_name}</span><span className={`tag ${tones[g.choice]}`}>{w(`choice.${g.choice}`)}</span></p>
            {g.note && <p className="muted small">{g.note}</p>}
          </li>
        ))}
      </ul>
      <More query={query} />
      {choosing && <Choose offer={offer} onClose={() => setChoosing(false)} />}
    </section>
  )
}

type Word = 'approve' | 'refuse' | ''

const many = 9

/** Choose lets an offer into some groups and keeps it out of others, each with a note. */
export function Choose({ offer, onClose }: { offer: Offer; onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const choose = useChoose()
  const query = useOfferGroups(offer.id, 200)
  const [chosen, setChosen] = useState<Record<string, Word>>({})
  const [notes, setNotes] = useState<Record<string, string>>({})
  const [search, setSearch] = useState('')
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  useEffect(() => { if (hasNextPage && !isFetchingNextPage) void fetchNextPage() }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const all = query.data?.pages.flatMap((p) => p.groups) ?? []
  const open = all.filter((g) => g.choice !== 'refused')
  const shown = open.filter((g) => g.group_name.toLowerCase().includes(search.trim().toLowerCase()))
  const picked = (word: Word) => open.filter((g) => chosen[g.group_id] === word).map((g) => ({ group_id: g.group_id, note: (notes[g.group_id] ?? '').trim() }))
  const [approve, refuse] = [picked('approve'), picked('refuse')]
  const go = async () => {
    if (approve.length + refuse.length === 0 || !(await choose.do({ id: offer.id, choice: { rev: offer.rev ?? 0, approve, refuse } }))) return
    tell(w('choose.done', { offer: offer.title }))
    onClose()
  }
  const everywhere = (word: Word) => setChosen(Object.fromEntries(shown.map((g) => [g.group_id, word])))
  return (
    <Ask open title={w('choose.title', { offer: offer.title })} text={w('choose.text')} yes={w('choose.yes', { yes: approve.length, no: refuse.length })} busy={choose.isPending}
      error={choose.error ? told(choose.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      {open.length >= many && (
        <div className="choose-tools">
          <input className="input" type="search" aria-label={w('choose.search')} placeholder={w('choose.search')} value={search} onChange={(e) => setSearch(e.target.value)} />
          <button type="button" className="button quiet" onClick={() => everywhere('approve')}>{w('choose.all')}</button>
          <button type="button" className="button quiet" onClick={() => everywhere('')}>{w('choose.clear')}</button>
        </div>
      )}
      <ul className="choose">
        {shown.map((g) => (
          <GroupChoice key={g.group_id} group={g} word={chosen[g.group_id] ?? ''} note={notes[g.group_id] ?? ''}
            onWord={(word) => setChosen({ ...chosen, [g.group_id]: word })} onNote={(note) => setNotes({ ...notes, [g.group_id]: note })} />
        ))}
      </ul>
      {query.isPending && <Waiting />}
      {!query.isPending && open.length === 0 && <p className="muted">{w('groups.none')}</p>}
    </Ask>
  )
}

function GroupChoice({ group, word, note, onWord, onNote }: { group: OfferGroup; word: Word; note: string; onWord: (word: Word) => void; onNote: (note: string) => void }) {
  const w = useWords(room)
  const name = `note-${group.group_id}`
  const words: Word[] = group.choice === 'approved' ? ['', 'refuse'] : ['approve', '', 'refuse']
  return (
    <li>
      <p className="strong">{group.group_name}</p>
      <div className="segments" role="group" aria-label={group.group_name}>
        {words.map((x) => (
          <button key={x} type="button" className="segment" aria-pressed={word === x} onClick={() => onWord(x)}>{w(x === '' ? (group.choice === 'approved' ? 'choice.approved' : 'choose.later') : `choose.${x}`)}</button>
        ))}
      </div>
      {word !== '' && (
        <Field name={name} label={w('choose.note')}>
          <input id={name} className="input" maxLength={200} value={note} onChange={(e) => onNote(e.target.value)} {...describe(name, undefined)} />
        </Field>
      )}
    </li>
  )
}
