import { Route, Switch, useSearch } from 'wouter'
import './content.css'
import { Calendar } from './calendar'
import { Composer } from './composer'
import { PieceList } from './list'
import { PiecePage } from './piece'

/** Content is the room of what an organiser gives her groups of her own: written once, posted again and again. */
export default function Content() {
  const group = new URLSearchParams(useSearch()).get('group') ?? undefined
  return (
    <Switch>
      <Route path="/content/new"><Composer group={group} /></Route>
      <Route path="/content/pieces/:id/edit">{(at) => <Composer key={at.id} id={at.id} />}</Route>
      <Route path="/content/pieces/:id">{(at) => <PiecePage key={at.id} id={at.id} />}</Route>
      <Route path="/content/calendar"><Calendar /></Route>
      <Route><PieceList /></Route>
    </Switch>
  )
}
