import { Route, Switch } from 'wouter'
import './groups.css'
import { GroupList } from './list'
import { NewGroup } from './new'
import { GroupPage } from './page'

/** Groups is the room of the groups: what they are, how they fare, and what may go out next. */
export default function Groups() {
  return (
    <Switch>
      <Route path="/groups/new" component={NewGroup} />
      <Route path="/groups/:id">{(at) => <GroupPage key={at.id} id={at.id} />}</Route>
      <Route><GroupList /></Route>
    </Switch>
  )
}
