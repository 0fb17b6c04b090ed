import { Redirect, Route, Switch } from 'wouter'
import { Missing } from '../missing'
import { BroadcastPage } from './broadcast'
import { Broadcasts } from './broadcasts'
import { Composer } from './composer'
import './reach.css'
import { SettingsPage } from './settings'
import { NewTag, TagPage } from './tag'
import { Tags } from './tags'
import { TemplatePage } from './template'
import { Templates } from './templates'

/** Reach is the room of what goes to many people at once: broadcasts, the tags they go to, and notices. */
export default function Reach() {
  return (
    <Switch>
      <Route path="/reach" component={Broadcasts} />
      <Route path="/reach/new"><Composer /></Route>
      <Route path="/reach/new/:from">{({ from }) => <Composer key={from} from={from} />}</Route>
      <Route path="/reach/settings" component={SettingsPage} />
      <Route path="/reach/broadcasts/:id">{({ id }) => <BroadcastPage key={id} id={id} />}</Route>
      <Route path="/reach/broadcasts/:id/edit">{({ id }) => <Composer key={id} id={id} />}</Route>
      <Route path="/reach/tags" component={Tags} />
      <Route path="/reach/tags/new" component={NewTag} />
      <Route path="/reach/tags/:id">{({ id }) => <TagPage key={id} id={id} />}</Route>
      <Route path="/reach/templates" component={Templates} />
      <Route path="/reach/templates/:id">{({ id }) => <TemplatePage key={id} id={id} />}</Route>
      <Route path="/reach/broadcasts"><Redirect to="/reach" replace /></Route>
      <Route component={Missing} />
    </Switch>
  )
}
