import { Route, Switch } from 'wouter'
import { useWords } from '../../text'
import { Page } from '../../ui/page'
import { Tabs } from '../../ui/tabs'
import { OpenWarnings } from '../warnings'
import './codes.css'
import { EntryPage } from './entry'
import { EntryList } from './entrylist'
import { LivePage } from './live'
import { LiveList } from './livelist'
import { NewEntryPage } from './newentry'
import { room } from './words'

/** Codes is the room of everything that is printed or sent out and leads people into a group. */
export default function Codes() {
  return (
    <Switch>
      <Route path="/codes/live/:id">{(at) => <LivePage key={at.id} id={at.id} />}</Route>
      <Route path="/codes/entries/new" component={NewEntryPage} />
      <Route path="/codes/entries/:id">{(at) => <EntryPage key={at.id} id={at.id} />}</Route>
      <Route path="/codes/entries"><Part><EntryList /></Part></Route>
      <Route><Part><LiveList /></Part></Route>
    </Switch>
  )
}

function Part({ children }: { children: React.ReactNode }) {
  const w = useWords(room)
  return (
    <Page title={w('title')} sub={w('sub')}>
      <Tabs label={w('tabs')} tabs={[{ to: '/codes', label: w('live') }, { to: '/codes/entries', label: w('entries') }]} />
      <div className="stack">
        <OpenWarnings />
        {children}
      </div>
    </Page>
  )
}
