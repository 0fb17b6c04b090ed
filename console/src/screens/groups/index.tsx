import { Route, Switch } from 'wouter'
import './groups.css'
import { HealthList } from './health'
import { GroupList, GroupTabs } from './list'
import { NewGroup } from './new'
import { GroupPage } from './page'
import { Welcomes } from './welcomes'
import { room } from './words'
import { useWords } from '../../text'
import { Page } from '../../ui/page'

/** Groups is the room of the groups: what they are, how they fare, and what may go out next. */
export default function Groups() {
  return (
    <Switch>
      <Route path="/groups/new" component={NewGroup} />
      <Route path="/groups/health"><Part><HealthList /></Part></Route>
      <Route path="/groups/welcomes"><Part><Welcomes /></Part></Route>
      <Route path="/groups/:id">{(at) => <GroupPage key={at.id} id={at.id} />}</Route>
      <Route><GroupList /></Route>
    </Switch>
  )
}

function Part({ children }: { children: React.ReactNode }) {
  const w = useWords(room)
  return <Page title={w('groups.title')}><GroupTabs />{children}</Page>
}
